using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators.Families;

internal sealed class Gravity() : TaskFamily("gravity", "cells fall to one side and pile up there")
{
    protected override Func<CounterRandom, ArcPair?> DrawRule(CounterRandom random, GeneratorLimits limits)
    {
        var orientation = random.NextInt(4) switch
        {
            0 => 0,
            1 => 1,
            2 => 4,
            _ => 5,
        };
        var colours = Sketch.Palette(random, random.NextInt(1, 4));
        return draw =>
        {
            var input = Sketch.Noise(draw, Sketch.Side(draw, 3, limits.MaxSide), Sketch.Side(draw, 3, limits.MaxSide), colours, 0.35);
            return new ArcPair(input, Sketch.Orient(Sketch.Fall(Sketch.Orient(input, orientation)), Sketch.Inverse(orientation)));
        };
    }
}
