using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators.Families;

internal sealed class Turn() : TaskFamily("turn", "the grid is rotated or reflected: one of the seven symmetries of the square")
{
    protected override Func<CounterRandom, ArcPair?> DrawRule(CounterRandom random, GeneratorLimits limits)
    {
        var orientation = random.NextInt(1, 8);
        var colours = Sketch.Palette(random, random.NextInt(1, 5));
        var density = random.NextBool(0.5) ? 0.4 : 1.0;
        return draw =>
        {
            var input = Sketch.Noise(draw, Sketch.Side(draw, 2, limits.MaxSide), Sketch.Side(draw, 2, limits.MaxSide), colours, density);
            return new ArcPair(input, Sketch.Orient(input, orientation));
        };
    }
}
