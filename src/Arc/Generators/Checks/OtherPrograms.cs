using Seal.Arc.Generators.Programs;
using Seal.Arc.Tasks;
using static Seal.Arc.Generators.Programs.Choices;

namespace Seal.Arc.Generators.Checks;

/// <summary>The rules of families that draw input and output together, as functions.</summary>
internal static class OtherPrograms
{
    private static readonly int[] Sides = [0, 2, 4, 6];
    private static readonly int[] AsItIsOrTransposed = [0, 4];

    /// <summary>Between the first and the last cell of a row, where they are of one colour, a line in it or in a colour of its own.</summary>
    public static IEnumerable<GridProgram> Connects(IReadOnlyList<byte> colours) =>
        from orientation in AsItIsOrTransposed
        from line in BlankOr(colours)
        select Oriented("pairs are joined by a line", orientation, grid => Rows(grid, row => Joined(row, line)));

    public static IEnumerable<GridProgram> Halos(IReadOnlyList<byte> colours) =>
        from ring in colours
        from plus in YesOrNo
        select new GridProgram(
            $"a ring of colour {ring} around every cell",
            grid =>
                Grid.Create(
                    grid.Height,
                    grid.Width,
                    (row, column) =>
                    {
                        if (grid[row, column] != 0)
                        {
                            return grid[row, column];
                        }

                        for (var i = 0; i < 9; i++)
                        {
                            int down = (i / 3) - 1,
                                right = (i % 3) - 1,
                                r = row + down,
                                c = column + right;
                            if ((!plus || down == 0 || right == 0) && r >= 0 && c >= 0 && r < grid.Height && c < grid.Width && grid[r, c] != 0)
                            {
                                return ring;
                            }
                        }

                        return 0;
                    }
                )
        );

    public static IEnumerable<GridProgram> CountBars(IReadOnlyList<byte> colours) =>
        from colour in colours
        from length in Enumerable.Range(3, 4)
        select new GridProgram(
            $"cells of colour {colour} are counted as a bar in {length}",
            grid =>
            {
                var count = grid.Cells.Count(colour);
                return count > length ? null : Grid.Create(1, length, (_, column) => column < count ? colour : 0);
            }
        );

    public static IEnumerable<GridProgram> SwapHalves() =>
        AsItIsOrTransposed.Select(orientation =>
            Oriented(
                "halves change places",
                orientation,
                grid =>
                    grid.Height % 2 != 0
                        ? null
                        : Grid.Create(grid.Height, grid.Width, (row, column) => grid[(row + (grid.Height / 2)) % grid.Height, column])
            )
        );

    public static IEnumerable<GridProgram> Stripes() =>
        from orientation in FourSides
        from step in Enumerable.Range(1, 2)
        select Oriented(
            $"one edge runs through every {step}. line",
            orientation,
            grid => Grid.Create(grid.Height, grid.Width, (row, column) => row % step == 0 ? grid[0, column] : 0)
        );

    public static IEnumerable<GridProgram> Negatives() =>
        [
            new GridProgram(
                "background and drawing change places",
                grid =>
                    PaintPrograms.ByCount(grid, most: true) is { } colour && grid.Cells.IndexOfAnyExcept((byte)0, colour) < 0
                        ? Sketch.Map(grid, cell => cell == 0 ? colour : 0)
                        : null
            ),
        ];

    public static IEnumerable<GridProgram> Diagonals() =>
        Enumerable
            .Range(0, 4)
            .Select(orientation =>
                Oriented(
                    "rays along one diagonal",
                    orientation,
                    grid =>
                        Grid.Create(
                            grid.Height,
                            grid.Width,
                            (row, column) =>
                            {
                                for (; row >= 0 && column >= 0; row--, column--)
                                {
                                    if (grid[row, column] != 0)
                                    {
                                        return grid[row, column];
                                    }
                                }

                                return 0;
                            }
                        )
                )
            );

    public static IEnumerable<GridProgram> Combs() =>
        from orientation in AsItIsOrTransposed
        from odd in Enumerable.Range(0, 2)
        select Oriented(
            "every second line is wiped",
            orientation,
            grid => Grid.Create(grid.Height, grid.Width, (row, column) => row % 2 == odd ? 0 : grid[row, column])
        );

    /// <summary>Whether a rule as seen from the left explains every pair, each from whichever side.</summary>
    public static bool FromAnySide(ArcTask task, Func<Grid, Grid?> rule) =>
        task
            .Train.Concat(task.Test)
            .All(pair =>
                pair.Output is null
                || Sides.Any(side =>
                    rule(Sketch.Orient(pair.Input, side)) is { } output && Sketch.Orient(output, Sketch.Inverse(side)).Equals(pair.Output)
                )
            );

    public static Grid? FallToBar(Grid grid) =>
        !HasBar(grid, 0) ? null : Rows(grid, row => [row[0], .. row[1..].Where(cell => cell != 0), .. row[1..].Where(cell => cell == 0)]);

    public static Grid? ShadowToBar(Grid grid) =>
        !HasBar(grid, 0)
            ? null
            : Rows(
                grid,
                row =>
                {
                    var at = Array.FindIndex(row, 1, cell => cell != 0);
                    return [.. row.Select((cell, i) => i < at ? row[0] : cell)];
                }
            );

    public static Grid? EchoAboutBar(Grid grid)
    {
        var middle = grid.Width / 2;
        return
            grid.Width % 2 == 0
            || !HasBar(grid, middle)
            || Enumerable.Range(0, grid.Height).Any(row => Enumerable.Range(middle + 1, middle).Any(column => grid[row, column] != 0))
            ? null
            : Grid.Create(grid.Height, grid.Width, (row, column) => grid[row, Math.Min(column, grid.Width - 1 - column)]);
    }

    private static byte[] Joined(byte[] row, byte line)
    {
        int first = Array.FindIndex(row, cell => cell != 0),
            last = Array.FindLastIndex(row, cell => cell != 0);
        return first < 0 || first == last || row[first] != row[last]
            ? row
            :
            [
                .. row.Select(
                    (cell, i) =>
                        i > first && i < last && cell == 0
                            ? line == 0
                                ? row[first]
                                : line
                            : cell
                ),
            ];
    }

    private static bool HasBar(Grid grid, int column) =>
        grid[0, column] != 0 && Enumerable.Range(0, grid.Height).All(row => grid[row, column] == grid[0, column]);

    private static GridProgram Oriented(string name, int orientation, Func<Grid, Grid?> rule) =>
        new(
            $"{name} ({orientation})",
            grid => rule(Sketch.Orient(grid, orientation)) is { } output ? Sketch.Orient(output, Sketch.Inverse(orientation)) : null
        );

    private static Grid Rows(Grid grid, Func<byte[], byte[]> rule)
    {
        var rows = Enumerable.Range(0, grid.Height).Select(row => rule(grid.Cells.Slice(row * grid.Width, grid.Width).ToArray())).ToArray();
        return Grid.Create(grid.Height, grid.Width, (row, column) => rows[row][column]);
    }
}
