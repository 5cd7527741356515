using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators.Families;

internal sealed class MirrorHalf() : TaskFamily("mirror-half", "one half is empty and becomes the mirror image of the other")
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
        var colours = Sketch.Palette(random, random.NextInt(1, 4));
        return draw =>
        {
            int half = Sketch.Side(draw, 1, limits.MaxSide / 2),
                width = Sketch.Side(draw, 2, limits.MaxSide);
            var top = Sketch.Noise(draw, half, width, colours, 0.5);
            var input = Grid.Create(2 * half, width, (row, column) => row < half ? top[row, column] : 0);
            var output = Grid.Create(2 * half, width, (row, column) => top[row < half ? row : (2 * half) - 1 - row, column]);
            return new ArcPair(Sketch.Orient(input, orientation), Sketch.Orient(output, orientation));
        };
    }
}
