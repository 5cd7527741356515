using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators.Families;

internal sealed class Connect() : TaskFamily("connect", "two cells of one colour in a row, or in a column, are joined by a line")
{
    protected override Func<CounterRandom, ArcPair?> DrawRule(CounterRandom random, GeneratorLimits limits)
    {
        var orientation = random.NextBool() ? 0 : 4;
        var colours = Sketch.Palette(random, random.NextInt(1, 4));
        // The line has the colour of its ends, or one of its own.
        var line = random.NextBool() ? (byte)0 : Sketch.Palette(random, 1)[0];
        return draw =>
        {
            int height = Sketch.Side(draw, 3, limits.MaxSide),
                width = Sketch.Side(draw, 3, limits.MaxSide);
            var ends = new (int From, int To, byte Colour)[height];
            for (var row = 0; row < height; row++)
            {
                if (draw.NextBool(0.4))
                {
                    var from = draw.NextInt(width - 2);
                    ends[row] = (from, draw.NextInt(from + 2, width), Sketch.Pick(draw, colours));
                }
            }

            var input = Grid.Create(height, width, (row, column) => column == ends[row].From || column == ends[row].To ? ends[row].Colour : 0);
            var output = Grid.Create(
                height,
                width,
                (row, column) =>
                    column > ends[row].From && column < ends[row].To
                        ? line == 0
                            ? ends[row].Colour
                            : line
                        : input[row, column]
            );
            return new ArcPair(Sketch.Orient(input, orientation), Sketch.Orient(output, orientation));
        };
    }
}
