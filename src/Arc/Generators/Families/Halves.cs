using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators.Families;

internal sealed class Halves() : TaskFamily("halves", "two halves beside a dividing line are combined cell by cell: both, either, one only, neither")
{
    protected override Func<CounterRandom, ArcPair?> DrawRule(CounterRandom random, GeneratorLimits limits)
    {
        var operation = random.NextInt(5);
        var palette = Sketch.Palette(random, 4);
        var (first, second, line, result) = (palette[0], palette[1], palette[2], palette[3]);
        var stacked = random.NextBool();
        return draw =>
        {
            int long_ = Sketch.Side(draw, 1, (limits.MaxSide - 1) / 2),
                other = Sketch.Side(draw, 2, limits.MaxSide);
            var (height, width) = stacked ? (long_, other) : (other, long_);
            var a = Sketch.Noise(draw, height, width, [first], 0.5);
            var b = Sketch.Noise(draw, height, width, [second], 0.5);
            var input = stacked
                ? Grid.Create(
                    (2 * height) + 1,
                    width,
                    (row, column) =>
                        row < height ? a[row, column]
                        : row == height ? line
                        : b[row - height - 1, column]
                )
                : Grid.Create(
                    height,
                    (2 * width) + 1,
                    (row, column) =>
                        column < width ? a[row, column]
                        : column == width ? line
                        : b[row, column - width - 1]
                );
            return new ArcPair(
                input,
                Grid.Create(height, width, (row, column) => Holds(operation, a[row, column] != 0, b[row, column] != 0) ? result : 0)
            );
        };
    }

    /// <summary>Whether a pair of cells counts as coloured: 0 both, 1 either, 2 one alone, 3 the first alone, 4 neither.</summary>
    internal static bool Holds(int operation, bool a, bool b) =>
        operation switch
        {
            0 => a && b,
            1 => a || b,
            2 => a != b,
            3 => a && !b,
            _ => !a && !b,
        };
}
