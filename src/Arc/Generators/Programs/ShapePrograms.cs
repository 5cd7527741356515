using Seal.Arc.Tasks;
using static Seal.Arc.Generators.Programs.Choices;

namespace Seal.Arc.Generators.Programs;

/// <summary>Rules that move cells about and look at no colour.</summary>
internal static class ShapePrograms
{
    private static readonly string[] Orientations =
    [
        "as it is",
        "upside down",
        "mirrored",
        "half a turn",
        "transposed",
        "a quarter turn",
        "a quarter turn back",
        "transposed the other way",
    ];

    public static IEnumerable<GridProgram> Turns() =>
        Enumerable.Range(1, 7).Select(orientation => new GridProgram($"turn: {Orientations[orientation]}", grid => Sketch.Orient(grid, orientation)));

    public static IEnumerable<GridProgram> Tiles() =>
        from down in Enumerable.Range(1, 3)
        from across in Enumerable.Range(1, 3)
        where down * across > 1
        select new GridProgram(
            $"tile {down} × {across}",
            grid =>
                Fits(grid, down, across)
                    ? Grid.Create(grid.Height * down, grid.Width * across, (row, column) => grid[row % grid.Height, column % grid.Width])
                    : null
        );

    public static IEnumerable<GridProgram> Scales() =>
        from down in Enumerable.Range(1, 3)
        from across in Enumerable.Range(1, 3)
        where down * across > 1
        select new GridProgram(
            $"scale {down} × {across}",
            grid =>
                Fits(grid, down, across)
                    ? Grid.Create(grid.Height * down, grid.Width * across, (row, column) => grid[row / down, column / across])
                    : null
        );

    /// <summary>Two copies side by side or one above the other, or four in a square, each in an orientation of its own, not all as they
    /// are.</summary>
    public static IEnumerable<GridProgram> Quilts()
    {
        foreach (var (down, across) in new[] { (1, 2), (2, 1) })
        {
            for (var first = 0; first < 8; first++)
            {
                for (var second = 0; second < 8; second++)
                {
                    if (first + second > 0)
                    {
                        yield return Quilt(down, across, [first, second]);
                    }
                }
            }
        }

        // The four that make a picture whole: mirrored about both middles, or turned about the centre, from each corner.
        int[][] mirrored =
        [
            [0, 2, 1, 3],
            [2, 0, 3, 1],
            [1, 3, 0, 2],
            [3, 1, 2, 0],
        ];
        int[][] turned =
        [
            [0, 5, 6, 3],
            [5, 0, 3, 6],
            [6, 3, 0, 5],
            [3, 6, 5, 0],
            [0, 6, 5, 3],
            [6, 0, 3, 5],
        ];
        foreach (var parts in mirrored.Concat(turned))
        {
            yield return Quilt(2, 2, parts);
        }
    }

    /// <summary>A half, a quarter, or the grid without its edge.</summary>
    public static IEnumerable<GridProgram> Cuts()
    {
        foreach (
            var (name, down, right, height, width) in new[]
            {
                ("upper half", 0, 0, 2, 1),
                ("lower half", 1, 0, 2, 1),
                ("left half", 0, 0, 1, 2),
                ("right half", 0, 1, 1, 2),
                ("upper left quarter", 0, 0, 2, 2),
                ("upper right quarter", 0, 1, 2, 2),
                ("lower left quarter", 1, 0, 2, 2),
                ("lower right quarter", 1, 1, 2, 2),
            }
        )
        {
            yield return new GridProgram(
                name,
                grid =>
                {
                    int rows = grid.Height / height,
                        columns = grid.Width / width;
                    return rows == 0 || columns == 0
                        ? null
                        : Grid.Create(
                            rows,
                            columns,
                            (row, column) => grid[row + (down * (grid.Height - rows)), column + (right * (grid.Width - columns))]
                        );
                }
            );
        }

        yield return new GridProgram(
            "without its edge",
            grid =>
                grid.Height < 3 || grid.Width < 3 ? null : Grid.Create(grid.Height - 2, grid.Width - 2, (row, column) => grid[row + 1, column + 1])
        );
    }

    /// <summary>A copy of the grid for every cell of it that is coloured (or that is not).</summary>
    public static IEnumerable<GridProgram> SelfTiles() =>
        YesOrNo.Select(coloured => new GridProgram(
            coloured ? "a copy where a cell is coloured" : "a copy where a cell is blank",
            grid =>
                Fits(grid, grid.Height, grid.Width)
                    ? Grid.Create(
                        grid.Height * grid.Height,
                        grid.Width * grid.Width,
                        (row, column) =>
                            grid[row / grid.Height, column / grid.Width] != 0 == coloured ? grid[row % grid.Height, column % grid.Width] : 0
                    )
                    : null
        ));

    public static IEnumerable<GridProgram> Shifts() =>
        from down in Enumerable.Range(-2, 5)
        from right in Enumerable.Range(-2, 5)
        where down != 0 || right != 0
        from around in YesOrNo
        select new GridProgram(
            $"shift {down} down, {right} right{(around ? ", around" : "")}",
            grid =>
                Grid.Create(
                    grid.Height,
                    grid.Width,
                    (row, column) =>
                    {
                        int r = row - down,
                            c = column - right;
                        return around ? grid[(r + (2 * grid.Height)) % grid.Height, (c + (2 * grid.Width)) % grid.Width]
                            : r >= 0 && c >= 0 && r < grid.Height && c < grid.Width ? grid[r, c]
                            : 0;
                    }
                )
        );

    /// <summary>Cells fall to one side.</summary>
    public static IEnumerable<GridProgram> Falls() =>
        FourSides.Select(orientation => new GridProgram(
            $"fall, {Orientations[orientation]}",
            grid => Sketch.Orient(Sketch.Fall(Sketch.Orient(grid, orientation)), Sketch.Inverse(orientation))
        ));

    public static IEnumerable<GridProgram> CropToContent() => [new GridProgram("cut out what is drawn", Sketch.CropToContent)];

    public static IEnumerable<GridProgram> MirrorHalves() =>
        FourSides.Select(orientation => new GridProgram(
            $"the other half is the mirror image, {Orientations[orientation]}",
            grid => Sketch.Orient(Mirror(Sketch.Orient(grid, orientation)), Sketch.Inverse(orientation))
        ));

    /// <summary>Blank rows, blank columns or both are taken out.</summary>
    public static IEnumerable<GridProgram> DropBlanks() =>
        RowsOrColumns.Select(which => new GridProgram(
            $"without blank {(which.Rows ? "rows" : "")}{(which.Rows && which.Columns ? " and " : "")}{(which.Columns ? "columns" : "")}",
            grid =>
            {
                var rows = Enumerable
                    .Range(0, grid.Height)
                    .Where(row => !which.Rows || Enumerable.Range(0, grid.Width).Any(column => grid[row, column] != 0))
                    .ToArray();
                var columns = Enumerable
                    .Range(0, grid.Width)
                    .Where(column => !which.Columns || Enumerable.Range(0, grid.Height).Any(row => grid[row, column] != 0))
                    .ToArray();
                return rows.Length == 0 || columns.Length == 0
                    ? null
                    : Grid.Create(rows.Length, columns.Length, (row, column) => grid[rows[row], columns[column]]);
            }
        ));

    private static GridProgram Quilt(int down, int across, int[] parts) =>
        new(
            $"{down} × {across} copies: {string.Join(", ", parts.Select(part => Orientations[part]))}",
            grid =>
            {
                if (!Fits(grid, down, across) || (grid.Height != grid.Width && parts.Any(part => part >= 4)))
                {
                    return null;
                }

                Grid[] turned = [.. parts.Select(part => Sketch.Orient(grid, part))];
                return Grid.Create(
                    grid.Height * down,
                    grid.Width * across,
                    (row, column) => turned[(row / grid.Height * across) + (column / grid.Width)][row % grid.Height, column % grid.Width]
                );
            }
        );

    private static bool Fits(Grid grid, int down, int across) => Math.Max(grid.Height * down, grid.Width * across) <= GeneratorLimits.MostMaxSide;

    private static Grid Mirror(Grid grid) =>
        Grid.Create(grid.Height, grid.Width, (row, column) => grid[Math.Min(row, grid.Height - 1 - row), column]);
}
