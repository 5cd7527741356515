using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators.Families;

internal sealed class Majority() : TaskFamily("majority", "the whole grid takes its most common colour, or its rarest")
{
    protected override Func<CounterRandom, ArcPair?> DrawRule(CounterRandom random, GeneratorLimits limits)
    {
        var most = random.NextBool(0.7);
        return draw =>
        {
            var colours = Sketch.Palette(draw, draw.NextInt(2, 5));
            var input = Sketch.Noise(draw, Sketch.Side(draw, 2, limits.MaxSide), Sketch.Side(draw, 2, limits.MaxSide), colours, 1);
            var ranked = colours
                .Select(colour => (Colour: colour, Count: Sketch.Histogram(input)[colour]))
                .Where(pair => pair.Count > 0)
                .OrderBy(pair => most ? -pair.Count : pair.Count)
                .ToArray();
            return ranked.Length < 2 || ranked[0].Count == ranked[1].Count ? null : new ArcPair(input, Sketch.Map(input, _ => ranked[0].Colour));
        };
    }
}
