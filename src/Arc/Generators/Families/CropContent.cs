using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators.Families;

internal sealed class CropContent() : TaskFamily("crop-content", "what is drawn is cut out of its background")
{
    protected override Func<CounterRandom, ArcPair?> DrawRule(CounterRandom random, GeneratorLimits limits)
    {
        var colours = Sketch.Palette(random, random.NextInt(1, 4));
        return draw =>
        {
            int height = Sketch.Side(draw, 3, limits.MaxSide),
                width = Sketch.Side(draw, 3, limits.MaxSide);
            var blob = Sketch.Blob(draw, Math.Max(1, height / 2), Math.Max(1, width / 2), colours);
            var input = Sketch.Lay(Sketch.Blank(height, width), blob, draw.NextInt(height - blob.Height + 1), draw.NextInt(width - blob.Width + 1));
            return new ArcPair(input, blob);
        };
    }
}
