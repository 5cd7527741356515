using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators.Families;

internal sealed class KeepColour() : TaskFamily("keep-colour", "one colour stays and all others vanish, or one vanishes and all others stay")
{
    protected override Func<CounterRandom, ArcPair?> DrawRule(CounterRandom random, GeneratorLimits limits)
    {
        var colour = Sketch.Palette(random, 1)[0];
        var keep = random.NextBool();
        return draw =>
        {
            byte[] colours = [colour, .. Sketch.Palette(draw, 4).Where(other => other != colour).Take(draw.NextInt(1, 4))];
            var input = Sketch.Noise(draw, Sketch.Side(draw, 2, limits.MaxSide), Sketch.Side(draw, 2, limits.MaxSide), colours, 0.7);
            return Sketch.Histogram(input)[colour] == 0 ? null : new ArcPair(input, Sketch.Map(input, cell => cell == colour == keep ? cell : 0));
        };
    }
}
