using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators.Families;

internal sealed class Scale() : TaskFamily("scale", "every cell becomes a block of cells")
{
    protected override Func<CounterRandom, ArcPair?> DrawRule(CounterRandom random, GeneratorLimits limits)
    {
        var down = random.NextInt(1, 4);
        var across = down == 1 ? random.NextInt(2, 4) : random.NextBool(0.7) ? down : random.NextInt(1, 4);
        var colours = Sketch.Palette(random, random.NextInt(2, 5));
        return draw =>
        {
            var input = Sketch.Noise(draw, Sketch.Side(draw, 1, limits.MaxSide / down), Sketch.Side(draw, 1, limits.MaxSide / across), colours, 0.7);
            return new ArcPair(input, Grid.Create(input.Height * down, input.Width * across, (row, column) => input[row / down, column / across]));
        };
    }
}
