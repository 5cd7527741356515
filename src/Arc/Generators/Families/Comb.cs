using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators.Families;

internal sealed class Comb() : TaskFamily("comb", "every second row, or every second column, is wiped")
{
    protected override Func<CounterRandom, ArcPair?> DrawRule(CounterRandom random, GeneratorLimits limits)
    {
        var orientation = random.NextBool() ? 0 : 4;
        var odd = random.NextInt(2);
        var colours = Sketch.Palette(random, random.NextInt(2, 5));
        return draw =>
        {
            var input = Sketch.Noise(draw, Sketch.Side(draw, 2, limits.MaxSide), Sketch.Side(draw, 2, limits.MaxSide), colours, 0.8);
            var output = Grid.Create(input.Height, input.Width, (row, column) => row % 2 == odd ? 0 : input[row, column]);
            return new ArcPair(Sketch.Orient(input, orientation), Sketch.Orient(output, orientation));
        };
    }
}
