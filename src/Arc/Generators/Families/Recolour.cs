using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators.Families;

internal sealed class Recolour() : TaskFamily("recolour", "some colours become others, the same ones in every pair")
{
    protected override Func<CounterRandom, ArcPair?> DrawRule(CounterRandom random, GeneratorLimits limits)
    {
        var count = random.NextInt(1, 4);
        var colours = Sketch.Palette(random, 2 * count);
        var swap = random.NextBool(0.3);
        return draw =>
        {
            var input = Sketch.Noise(draw, Sketch.Side(draw, 2, limits.MaxSide), Sketch.Side(draw, 2, limits.MaxSide), colours[..count], 0.6);
            var seen = Sketch.Histogram(input);
            // A colour that is not shown cannot be learned from this pair.
            if (colours[..count].Any(colour => seen[colour] == 0))
            {
                return null;
            }

            var target = (byte colour) =>
                Array.IndexOf(colours, colour) is var i && i >= 0 && i < count ? colours[swap ? (i + 1) % count : count + i] : colour;
            return new ArcPair(input, Sketch.Map(input, colour => target(colour)));
        };
    }
}
