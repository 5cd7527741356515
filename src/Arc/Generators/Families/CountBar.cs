using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators.Families;

internal sealed class CountBar() : TaskFamily("count-bar", "the coloured cells are counted: a bar of that length comes out")
{
    protected override Func<CounterRandom, ArcPair?> DrawRule(CounterRandom random, GeneratorLimits limits)
    {
        var colour = Sketch.Palette(random, 1)[0];
        var length = Math.Min(limits.MaxSide, random.NextInt(3, 7));
        return draw =>
        {
            var input = Sketch.Noise(
                draw,
                Sketch.Side(draw, 2, Math.Min(6, limits.MaxSide)),
                Sketch.Side(draw, 2, Math.Min(6, limits.MaxSide)),
                [colour],
                0.25
            );
            var count = Sketch.Histogram(input)[colour];
            return count == 0 || count > length ? null : new ArcPair(input, Grid.Create(1, length, (_, column) => column < count ? colour : 0));
        };
    }
}
