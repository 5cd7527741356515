using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators.Families;

internal sealed class Negative() : TaskFamily("negative", "background and drawing change places")
{
    protected override Func<CounterRandom, ArcPair?> DrawRule(CounterRandom random, GeneratorLimits limits)
    {
        return draw =>
        {
            var colour = Sketch.Palette(draw, 1);
            var input = Sketch.Noise(draw, Sketch.Side(draw, 2, limits.MaxSide), Sketch.Side(draw, 2, limits.MaxSide), colour, 0.4);
            return Sketch.Histogram(input)[colour[0]] == 0 ? null : new ArcPair(input, Sketch.Map(input, cell => cell == 0 ? colour[0] : 0));
        };
    }
}
