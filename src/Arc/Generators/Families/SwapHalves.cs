using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators.Families;

internal sealed class SwapHalves() : TaskFamily("swap-halves", "the left and right halves, or the upper and lower, change places")
{
    protected override Func<CounterRandom, ArcPair?> DrawRule(CounterRandom random, GeneratorLimits limits)
    {
        var orientation = random.NextBool() ? 0 : 4;
        var colours = Sketch.Palette(random, random.NextInt(2, 5));
        return draw =>
        {
            int half = Sketch.Side(draw, 1, limits.MaxSide / 2),
                width = Sketch.Side(draw, 2, limits.MaxSide);
            var input = Sketch.Noise(draw, 2 * half, width, colours, 0.6);
            var output = Grid.Create(2 * half, width, (row, column) => input[(row + half) % (2 * half), column]);
            return new ArcPair(Sketch.Orient(input, orientation), Sketch.Orient(output, orientation));
        };
    }
}
