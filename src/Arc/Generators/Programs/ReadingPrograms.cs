using Seal.Arc.Generators.Families;
using Seal.Arc.Tasks;
using static Seal.Arc.Generators.Programs.Choices;

namespace Seal.Arc.Generators.Programs;

/// <summary>Rules whose output is an answer about the input: a part of it, a combination of parts, a list, a verdict.</summary>
internal static class ReadingPrograms
{
    /// <summary>Upside down, mirrored, transposed.</summary>
    private static readonly int[] Mirrors = [1, 2, 4];
    private static readonly int[] AsItIsOrTransposed = [0, 4];

    /// <summary>Two or three panels without a line between them are laid on one another, the first or the last on top.</summary>
    public static IEnumerable<GridProgram> Overlays() =>
        from count in Enumerable.Range(2, 2)
        from across in YesOrNo
        from firstOnTop in YesOrNo
        select new GridProgram(
            $"{count} panels {(across ? "side by side" : "one above the other")} are laid on one another, the "
                + $"{(firstOnTop ? "first" : "last")} on top",
            grid =>
                Split(grid, count, across) is { } panels
                    ? Grid.Create(
                        panels[0].Height,
                        panels[0].Width,
                        (row, column) =>
                            (firstOnTop ? panels : panels.Reverse()).Select(panel => panel[row, column]).FirstOrDefault(cell => cell != 0)
                    )
                    : null
        );

    /// <summary>Two panels without a line between them are compared cell by cell; the answer is drawn in one colour.</summary>
    public static IEnumerable<GridProgram> PanelLogic(IReadOnlyList<byte> colours) =>
        from across in YesOrNo
        from operation in Enumerable.Range(0, 5)
        from colour in colours
        select new GridProgram(
            $"colour {colour} where {Operations[operation]}, panels {(across ? "side by side" : "one above the other")}",
            grid =>
                Split(grid, 2, across) is { } panels
                    ? Grid.Create(
                        panels[0].Height,
                        panels[0].Width,
                        (row, column) => Halves.Holds(operation, panels[0][row, column] != 0, panels[1][row, column] != 0) ? colour : 0
                    )
                    : null
        );

    /// <summary>The same with a full line of one colour between the panels.</summary>
    public static IEnumerable<GridProgram> DividedLogic(IReadOnlyList<byte> colours) =>
        from across in YesOrNo
        from operation in Enumerable.Range(0, 5)
        from colour in colours
        select new GridProgram(
            $"colour {colour} where {Operations[operation]}, panels beside a line",
            grid =>
            {
                var turned = across ? Sketch.Orient(grid, 4) : grid;
                if (turned.Height < 3 || turned.Height % 2 == 0)
                {
                    return null;
                }

                var half = turned.Height / 2;
                var answer = Grid.Create(
                    half,
                    turned.Width,
                    (row, column) => Halves.Holds(operation, turned[row, column] != 0, turned[row + half + 1, column] != 0) ? colour : 0
                );
                return across ? Sketch.Orient(answer, 4) : answer;
            }
        );

    /// <summary>The colours that are drawn, by how often, as a row or a column.</summary>
    public static IEnumerable<GridProgram> Rankings() =>
        from row in YesOrNo
        from most in YesOrNo
        select new GridProgram(
            $"the colours as a {(row ? "row" : "column")}, {(most ? "most common" : "rarest")} first",
            grid =>
            {
                var ranked = Sketch
                    .Histogram(grid)
                    .Select((count, colour) => (Count: count, Colour: colour))
                    .Where(pair => pair.Count > 0 && pair.Colour != 0)
                    .OrderBy(pair => most ? -pair.Count : pair.Count)
                    .ToArray();
                return ranked.Length == 0 || ranked.Select(pair => pair.Count).Distinct().Count() < ranked.Length ? null
                    : row ? Grid.Create(1, ranked.Length, (_, column) => ranked[column].Colour)
                    : Grid.Create(ranked.Length, 1, (line, _) => ranked[line].Colour);
            }
        );

    /// <summary>One cell says whether the grid is its own mirror image.</summary>
    public static IEnumerable<GridProgram> Verdicts(IReadOnlyList<byte> colours) =>
        from yes in colours
        from no in colours
        where yes != no
        from orientation in Mirrors
        select new GridProgram(
            $"colour {yes} if it is its own image {(orientation == 1 ? "upside down" : orientation == 2 ? "mirrored" : "transposed")}, else {no}",
            grid => Grid.Create(1, 1, (_, _) => grid.Equals(Sketch.Orient(grid, orientation)) ? yes : no)
        );

    /// <summary>One cell in the most common or the rarest colour of what is drawn.</summary>
    public static IEnumerable<GridProgram> OneColour() =>
        YesOrNo.Select(most => new GridProgram(
            $"one cell in the {(most ? "most common" : "rarest")} colour drawn",
            grid => PaintPrograms.ByCount(grid, most) is { } c ? Grid.Create(1, 1, (_, _) => c) : null
        ));

    /// <summary>The rectangle around the cells of one colour, or of the rarest, is cut out.</summary>
    public static IEnumerable<GridProgram> CropColours(IReadOnlyList<byte> colours) =>
        [
            .. colours.Select(colour => new GridProgram(
                $"cut out the rectangle around colour {colour}",
                grid => Crop(grid, cell => grid.Cells[cell] == colour)
            )),
            new GridProgram(
                "cut out the rectangle around the rarest colour",
                grid => PaintPrograms.ByCount(grid, most: false) is { } rarest ? Crop(grid, cell => grid.Cells[cell] == rarest) : null
            ),
        ];

    /// <summary>The largest or the smallest thing is cut out.</summary>
    public static IEnumerable<GridProgram> CropObjects() =>
        YesOrNo.Select(largest => new GridProgram(
            $"cut out the {(largest ? "largest" : "smallest")} thing",
            grid =>
            {
                var (labels, regions) = Regions.Of(grid);
                var chosen = Regions.Extreme(regions, largest);
                return chosen < 0 || regions.Count < 2 ? null : Crop(grid, cell => labels[cell] == chosen);
            }
        ));

    /// <summary>Rows in the order of how many coloured cells they have; equal ones stay in order.</summary>
    public static IEnumerable<GridProgram> SortLines() =>
        from orientation in AsItIsOrTransposed
        from most in YesOrNo
        select new GridProgram(
            $"{(orientation == 0 ? "rows" : "columns")} in order, {(most ? "fullest" : "emptiest")} first",
            grid =>
            {
                var turned = Sketch.Orient(grid, orientation);
                var order = Enumerable
                    .Range(0, turned.Height)
                    .OrderBy(row => Enumerable.Range(0, turned.Width).Count(column => turned[row, column] != 0) * (most ? -1 : 1))
                    .ToArray();
                return Sketch.Orient(Grid.Create(turned.Height, turned.Width, (row, column) => turned[order[row], column]), orientation);
            }
        );

    private static readonly string[] Operations =
    [
        "both are coloured",
        "either is coloured",
        "one alone is coloured",
        "the first alone is coloured",
        "neither is coloured",
    ];

    private static Grid[]? Split(Grid grid, int count, bool across)
    {
        int height = across ? grid.Height : grid.Height / count,
            width = across ? grid.Width / count : grid.Width;
        return (across ? grid.Width : grid.Height) % count != 0
            ? null
            :
            [
                .. Enumerable
                    .Range(0, count)
                    .Select(panel =>
                        Grid.Create(height, width, (row, column) => grid[row + (across ? 0 : panel * height), column + (across ? panel * width : 0)])
                    ),
            ];
    }

    private static Grid? Crop(Grid grid, Func<int, bool> inside)
    {
        var cells = Enumerable.Range(0, grid.Height * grid.Width).Where(inside).ToArray();
        if (cells.Length == 0)
        {
            return null;
        }

        int top = cells.Min(cell => cell / grid.Width),
            bottom = cells.Max(cell => cell / grid.Width);
        int left = cells.Min(cell => cell % grid.Width),
            right = cells.Max(cell => cell % grid.Width);
        return Grid.Create(bottom - top + 1, right - left + 1, (row, column) => grid[top + row, left + column]);
    }
}
