using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators.Families;

internal sealed class Scale() : TaskFamily("scale", "every cell becomes a block of cells")
{
    protected override Func<CounterRandom, ArcPair?> DrawRule(CounterRandom random, GeneratorLimits limits)
    {
        var down = random.NextInt(1, 4);
        var across =
            down == 1 ? random.NextInt(2, 4)
            : random.NextBool(0.7) ? down
            : random.NextInt(1, 4);
        var colours = Sketch.Palette(random, random.NextInt(2, 5));
        return draw =>
        {
            var input = Sketch.Noise(draw, Side(draw, limits.MaxSide / down), Side(draw, limits.MaxSide / across), colours, 0.7);
            return new ArcPair(input, Grid.Create(input.Height * down, input.Width * across, (row, column) => input[row / down, column / across]));
        };
    }

    /// <summary>A single row or column does not tell repeating from enlarging: two at least, where they fit.</summary>
    private static int Side(CounterRandom random, int most) => Sketch.Side(random, Math.Min(2, most), most);
}
