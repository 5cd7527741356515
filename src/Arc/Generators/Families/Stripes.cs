using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators.Families;

internal sealed class Stripes() : TaskFamily("stripes", "the colours of one edge run through the whole grid")
{
    protected override Func<CounterRandom, ArcPair?> DrawRule(CounterRandom random, GeneratorLimits limits)
    {
        var orientation = random.NextInt(4) switch
        {
            0 => 0,
            1 => 1,
            2 => 4,
            _ => 6,
        };
        var colours = Sketch.Palette(random, random.NextInt(2, 5));
        // Every row, or every second one.
        var step = random.NextInt(1, 3);
        return draw =>
        {
            int height = Sketch.Side(draw, 3, limits.MaxSide),
                width = Sketch.Side(draw, 2, limits.MaxSide);
            var edge = Sketch.Noise(draw, 1, width, colours, 0.7);
            var input = Grid.Create(height, width, (row, column) => row == 0 ? edge[0, column] : 0);
            var output = Grid.Create(height, width, (row, column) => row % step == 0 ? edge[0, column] : 0);
            return new ArcPair(Sketch.Orient(input, orientation), Sketch.Orient(output, orientation));
        };
    }
}
