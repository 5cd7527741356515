using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators.Families;

internal sealed class LineFill() : TaskFamily("line-fill", "every coloured cell colours its whole row, or its whole column")
{
    protected override Func<CounterRandom, ArcPair?> DrawRule(CounterRandom random, GeneratorLimits limits)
    {
        var rows = random.NextBool();
        var colours = Sketch.Palette(random, random.NextInt(1, 4));
        return draw =>
        {
            int height = Sketch.Side(draw, 3, limits.MaxSide),
                width = Sketch.Side(draw, 3, limits.MaxSide);
            var marks = new (int At, byte Colour)[rows ? height : width];
            for (var i = 0; i < marks.Length; i++)
            {
                if (draw.NextBool(0.35))
                {
                    marks[i] = (draw.NextInt(rows ? width : height), Sketch.Pick(draw, colours));
                }
            }

            return new ArcPair(
                Grid.Create(
                    height,
                    width,
                    (row, column) =>
                        rows
                            ? marks[row].At == column
                                ? marks[row].Colour
                                : 0
                            : marks[column].At == row
                                ? marks[column].Colour
                                : 0
                ),
                Grid.Create(height, width, (row, column) => marks[rows ? row : column].Colour)
            );
        };
    }
}
