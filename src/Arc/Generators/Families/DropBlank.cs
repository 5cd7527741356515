using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators.Families;

internal sealed class DropBlank() : TaskFamily("drop-blank", "empty rows, empty columns, or both, are taken out")
{
    protected override Func<CounterRandom, ArcPair?> DrawRule(CounterRandom random, GeneratorLimits limits)
    {
        var which = random.NextInt(3);
        var (rows, columns) = (which != 1, which != 0);
        var colours = Sketch.Palette(random, random.NextInt(1, 5));
        return draw =>
        {
            int height = Sketch.Side(draw, 3, limits.MaxSide),
                width = Sketch.Side(draw, 3, limits.MaxSide);
            var keepRow = Enumerable.Range(0, height).Where(_ => !rows || draw.NextBool(0.6)).ToArray();
            var keepColumn = Enumerable.Range(0, width).Where(_ => !columns || draw.NextBool(0.6)).ToArray();
            if (keepRow.Length == 0 || keepColumn.Length == 0)
            {
                return null;
            }

            var output = Sketch.Noise(draw, keepRow.Length, keepColumn.Length, colours, 0.7);
            // Every kept line must show something, or the rule would take it out too.
            if (
                (rows && Enumerable.Range(0, output.Height).Any(row => Enumerable.Range(0, output.Width).All(column => output[row, column] == 0)))
                || (
                    columns
                    && Enumerable.Range(0, output.Width).Any(column => Enumerable.Range(0, output.Height).All(row => output[row, column] == 0))
                )
            )
            {
                return null;
            }

            var input = Grid.Create(
                height,
                width,
                (row, column) =>
                    Array.IndexOf(keepRow, row) is var r && Array.IndexOf(keepColumn, column) is var c && r >= 0 && c >= 0 ? output[r, c] : 0
            );
            return new ArcPair(input, output);
        };
    }
}
