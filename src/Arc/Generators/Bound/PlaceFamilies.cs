using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators.Bound;

/// <summary>
/// Position-bound: what becomes of a cell is fixed by where it stands, in grids of one width. Every place is shown many times, but no demonstration
/// says it in the test's colour, and a turned or mirrored grid says something else.
/// </summary>
internal static class PlaceFamilies
{
    private const int Acts = 3;

    public static IReadOnlyList<ITaskGenerator> Policy { get; } =
    [
        new BoundFamily("place-rows", "a row with one cell is filled, wiped or stays, by where in it the cell stands", TrainingNeed.Place, 5, Rows),
        new BoundFamily("place-moves", "a cell moves to another column, by its column", TrainingNeed.Place, 5, Moves),
    ];

    public static IReadOnlyList<ITaskGenerator> Transfer { get; } =
    [
        new BoundFamily(
            "place-lines",
            "a cell draws a line to the left, to the right or both ways, by where in its row it stands",
            TrainingNeed.Place,
            5,
            Lines
        ),
        new BoundFamily("place-quarters", "a cell fills its quarter of the grid, vanishes or stays, by the quarter", TrainingNeed.Place, 5, Quarters),
    ];

    private static ArcPair[]? Rows(CounterRandom random, int side, int demonstrations) =>
        ByMark(
            random,
            side,
            demonstrations,
            (act, place, column) =>
                act switch
                {
                    0 => true,
                    1 => false,
                    _ => column == place,
                }
        );

    private static ArcPair[]? Lines(CounterRandom random, int side, int demonstrations) =>
        ByMark(
            random,
            side,
            demonstrations,
            (act, place, column) =>
                act switch
                {
                    0 => column <= place,
                    1 => column >= place,
                    _ => true,
                }
        );

    /// <summary>A cell in most rows; what its row looks like afterwards is fixed by the cell's column.</summary>
    private static ArcPair[]? ByMark(CounterRandom random, int side, int demonstrations, Func<int, int, int, bool> isColoured)
    {
        var width = random.NextInt(3, Math.Min(4, side) + 1);
        var acts = Enumerable.Range(0, width).Select(_ => random.NextInt(Acts)).ToArray();
        return acts.Distinct().Count() < 2
            ? null
            : Pairs(
                random,
                demonstrations,
                (draw, colour) =>
                {
                    var marks = Enumerable.Range(0, side).Select(_ => draw.NextBool(0.85) ? draw.NextInt(width) : -1).ToArray();
                    return new ArcPair(
                        Grid.Create(side, width, (row, column) => column == marks[row] ? colour : 0),
                        Grid.Create(side, width, (row, column) => marks[row] >= 0 && isColoured(acts[marks[row]], marks[row], column) ? colour : 0)
                    );
                }
            );
    }

    private static ArcPair[]? Moves(CounterRandom random, int side, int demonstrations)
    {
        // Four columns were more than any training here got right.
        const int Width = 3;
        var target = random.NextPermutation(Width);
        return Pairs(
            random,
            demonstrations,
            (draw, colour) =>
            {
                var marks = Enumerable.Range(0, side).Select(_ => draw.NextBool(0.85) ? draw.NextInt(Width) : -1).ToArray();
                return new ArcPair(
                    Grid.Create(side, Width, (row, column) => column == marks[row] ? colour : 0),
                    Grid.Create(side, Width, (row, column) => marks[row] >= 0 && column == target[marks[row]] ? colour : 0)
                );
            }
        );
    }

    private static ArcPair[]? Quarters(CounterRandom random, int side, int demonstrations)
    {
        var half = Math.Max(2, side / 2);
        int length = 2 * half;
        var acts = Enumerable.Range(0, 4).Select(_ => random.NextInt(Acts)).ToArray();
        return acts.Distinct().Count() < 2
            ? null
            : Pairs(
                random,
                demonstrations,
                (draw, colour) =>
                {
                    var cells = Enumerable
                        .Range(0, 4)
                        .Select(_ => draw.NextBool(0.85) ? (Row: draw.NextInt(half), Column: draw.NextInt(half)) : (Row: -1, Column: -1))
                        .ToArray();
                    Grid Draw(Func<int, bool, bool> isColoured) =>
                        Grid.Create(
                            length,
                            length,
                            (row, column) =>
                            {
                                var quarter = (2 * (row / half)) + (column / half);
                                return cells[quarter].Row >= 0 && isColoured(acts[quarter], cells[quarter] == (row % half, column % half))
                                    ? colour
                                    : 0;
                            }
                        );
                    return new ArcPair(
                        Draw((_, isCell) => isCell),
                        Draw(
                            (act, isCell) =>
                                act switch
                                {
                                    0 => true,
                                    1 => false,
                                    _ => isCell,
                                }
                        )
                    );
                }
            );
    }

    /// <summary>All pairs in one orientation, each in a colour of its own.</summary>
    private static ArcPair[] Pairs(CounterRandom random, int demonstrations, Func<CounterRandom, byte, ArcPair> pair)
    {
        var orientation = random.NextInt(8);
        var colours = Sketch.Palette(random, demonstrations + 1);
        return
        [
            .. Enumerable
                .Range(0, demonstrations + 1)
                .Select(i =>
                {
                    var (input, output) = pair(random, colours[i]);
                    return new ArcPair(Sketch.Orient(input, orientation), Sketch.Orient(output!, orientation));
                }),
        ];
    }
}
