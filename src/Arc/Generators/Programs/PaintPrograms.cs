using Seal.Arc.Tasks;
using static Seal.Arc.Generators.Programs.Choices;

namespace Seal.Arc.Generators.Programs;

/// <summary>Rules that keep the size and paint: lines, frames, fillings, objects.</summary>
internal static class PaintPrograms
{
    private static readonly (string Name, int Down, int Right)[] Directions = [("up", -1, 0), ("down", 1, 0), ("left", 0, -1), ("right", 0, 1)];

    public static IEnumerable<GridProgram> Recolours(IReadOnlyList<byte> colours) =>
        from one in colours
        from other in colours
        where one != other
        from swap in YesOrNo
        select new GridProgram(
            swap ? $"colours {one} and {other} change places" : $"colour {one} becomes {other}",
            grid =>
                Sketch.Map(
                    grid,
                    cell =>
                        cell == one ? other
                        : swap && cell == other ? one
                        : cell
                )
        );

    public static IEnumerable<GridProgram> KeepColours(IReadOnlyList<byte> colours) =>
        from colour in colours
        from keep in YesOrNo
        select new GridProgram(
            $"colour {colour} {(keep ? "alone stays" : "vanishes")}",
            grid => Sketch.Map(grid, cell => cell == colour == keep ? cell : 0)
        );

    /// <summary>What is drawn becomes one colour: a given one, the most common or the rarest of it.</summary>
    public static IEnumerable<GridProgram> Unify(IReadOnlyList<byte> colours) =>
        [
            .. colours.Select(colour => new GridProgram(
                $"all that is drawn becomes colour {colour}",
                grid => Sketch.Map(grid, cell => cell == 0 ? 0 : colour)
            )),
            new GridProgram(
                "all that is drawn takes its most common colour",
                grid => ByCount(grid, most: true) is { } c ? Sketch.Map(grid, cell => cell == 0 ? 0 : c) : null
            ),
            new GridProgram(
                "all that is drawn takes its rarest colour",
                grid => ByCount(grid, most: false) is { } c ? Sketch.Map(grid, cell => cell == 0 ? 0 : c) : null
            ),
        ];

    /// <summary>The edge of the grid is painted, or a frame is put around it.</summary>
    public static IEnumerable<GridProgram> Frames(IReadOnlyList<byte> colours) =>
        from colour in colours
        from grow in Enumerable.Range(0, 2)
        select new GridProgram(
            $"frame {(grow == 0 ? "inside" : "around")} in colour {colour}",
            grid =>
            {
                int height = grid.Height + (2 * grow),
                    width = grid.Width + (2 * grow);
                return Grid.Create(
                    height,
                    width,
                    (row, column) => row == 0 || column == 0 || row == height - 1 || column == width - 1 ? colour : grid[row - grow, column - grow]
                );
            }
        );

    /// <summary>Every coloured cell colours its row, its column, or both; where two meet, the row wins.</summary>
    public static IEnumerable<GridProgram> Lines() =>
        RowsOrColumns.Select(which => new GridProgram(
            $"cells colour their {(which.Rows ? "row" : "")}{(which.Rows && which.Columns ? " and " : "")}{(which.Columns ? "column" : "")}",
            grid =>
            {
                var rows = Enumerable
                    .Range(0, grid.Height)
                    .Select(row => First(Enumerable.Range(0, grid.Width).Select(column => grid[row, column])))
                    .ToArray();
                var columns = Enumerable
                    .Range(0, grid.Width)
                    .Select(column => First(Enumerable.Range(0, grid.Height).Select(row => grid[row, column])))
                    .ToArray();
                return Grid.Create(
                    grid.Height,
                    grid.Width,
                    (row, column) =>
                        which.Rows && rows[row] != 0 ? rows[row]
                        : which.Columns && columns[column] != 0 ? columns[column]
                        : 0
                );
            }
        ));

    /// <summary>Every coloured cell sends a ray to one side, as far as the edge or the next coloured cell.</summary>
    public static IEnumerable<GridProgram> Rays() =>
        Directions.Select(direction => new GridProgram(
            $"rays {direction.Name}",
            grid =>
                Grid.Create(
                    grid.Height,
                    grid.Width,
                    (row, column) =>
                    {
                        while (row >= 0 && column >= 0 && row < grid.Height && column < grid.Width)
                        {
                            if (grid[row, column] != 0)
                            {
                                return grid[row, column];
                            }

                            (row, column) = (row - direction.Down, column - direction.Right);
                        }

                        return 0;
                    }
                )
        ));

    /// <summary>Drawn things lose their inside, or it takes another colour: cells whose four neighbours have their colour.</summary>
    public static IEnumerable<GridProgram> Insides(IReadOnlyList<byte> colours) =>
        BlankOr(colours)
            .Select(colour => new GridProgram(
                $"insides become {(colour == 0 ? "blank" : $"colour {colour}")}",
                grid =>
                    Grid.Create(
                        grid.Height,
                        grid.Width,
                        (row, column) =>
                            grid[row, column] != 0 && Directions.All(way => At(grid, row + way.Down, column + way.Right) == grid[row, column])
                                ? colour
                                : grid[row, column]
                    )
            ));

    /// <summary>Background that is shut in is filled.</summary>
    public static IEnumerable<GridProgram> Enclosed(IReadOnlyList<byte> colours) =>
        colours.Select(colour => new GridProgram(
            $"what is shut in is filled with colour {colour}",
            grid =>
            {
                var (labels, regions) = Regions.Of(grid, background: true);
                var shut = regions.Select(cells => !Regions.TouchesEdge(grid, cells)).ToArray();
                return Grid.Create(
                    grid.Height,
                    grid.Width,
                    (row, column) => labels[(row * grid.Width) + column] is >= 0 and var region && shut[region] ? colour : grid[row, column]
                );
            }
        ));

    /// <summary>The largest or the smallest thing alone stays, alone vanishes, or takes another colour.</summary>
    public static IEnumerable<GridProgram> ExtremeObjects(IReadOnlyList<byte> colours) =>
        from largest in YesOrNo
        from act in Enumerable.Range(0, 2 + colours.Count)
        select new GridProgram(
            $"the {(largest ? "largest" : "smallest")} thing "
                + $"{(act == 0 ? "alone stays" : act == 1 ? "vanishes" : $"becomes colour {colours[act - 2]}")}",
            grid =>
            {
                var (labels, regions) = Regions.Of(grid);
                var chosen = Regions.Extreme(regions, largest);
                return chosen < 0 || regions.Count < 2
                    ? null
                    : Grid.Create(
                        grid.Height,
                        grid.Width,
                        (row, column) =>
                            labels[(row * grid.Width) + column] == chosen
                                ? act switch
                                {
                                    0 => grid[row, column],
                                    1 => 0,
                                    _ => colours[act - 2],
                                }
                            : act == 0 ? 0
                            : grid[row, column]
                    );
            }
        );

    /// <summary>Things of one cell vanish, or take another colour.</summary>
    public static IEnumerable<GridProgram> Specks(IReadOnlyList<byte> colours) =>
        BlankOr(colours)
            .Select(colour => new GridProgram(
                $"single cells become {(colour == 0 ? "blank" : $"colour {colour}")}",
                grid =>
                {
                    var (labels, regions) = Regions.Of(grid);
                    return Grid.Create(
                        grid.Height,
                        grid.Width,
                        (row, column) =>
                            labels[(row * grid.Width) + column] is >= 0 and var region && regions[region].Count == 1 ? colour : grid[row, column]
                    );
                }
            ));

    /// <summary>Around everything that is drawn, its smallest rectangle is filled where blank.</summary>
    public static IEnumerable<GridProgram> Backdrops(IReadOnlyList<byte> colours) =>
        colours.Select(colour => new GridProgram(
            $"the rectangle around what is drawn is filled with colour {colour}",
            grid =>
            {
                var drawn = Enumerable.Range(0, grid.Height * grid.Width).Where(cell => grid.Cells[cell] != 0).ToArray();
                if (drawn.Length == 0)
                {
                    return null;
                }

                int top = drawn.Min(cell => cell / grid.Width),
                    bottom = drawn.Max(cell => cell / grid.Width);
                int left = drawn.Min(cell => cell % grid.Width),
                    right = drawn.Max(cell => cell % grid.Width);
                return Grid.Create(
                    grid.Height,
                    grid.Width,
                    (row, column) =>
                        grid[row, column] == 0 && row >= top && row <= bottom && column >= left && column <= right ? colour : grid[row, column]
                );
            }
        ));

    /// <summary>The whole grid takes its most common colour, or its rarest.</summary>
    public static IEnumerable<GridProgram> Majorities() =>
        YesOrNo.Select(most => new GridProgram(
            $"all becomes the {(most ? "most common" : "rarest")} colour",
            grid => ByCount(grid, most, blankCounts: true) is { } c ? Sketch.Map(grid, _ => c) : null
        ));

    /// <summary>The most or least frequent colour of a grid; null where two are equal or there is none.</summary>
    internal static byte? ByCount(Grid grid, bool most, bool blankCounts = false)
    {
        var ranked = Sketch
            .Histogram(grid)
            .Select((count, colour) => (Count: count, Colour: (byte)colour))
            .Where(pair => pair.Count > 0 && (blankCounts || pair.Colour != 0))
            .OrderBy(pair => most ? -pair.Count : pair.Count)
            .ToArray();
        return ranked.Length == 0 || (ranked.Length > 1 && ranked[0].Count == ranked[1].Count) ? null : ranked[0].Colour;
    }

    private static byte First(IEnumerable<byte> cells) => cells.FirstOrDefault(cell => cell != 0);

    private static int At(Grid grid, int row, int column) =>
        row >= 0 && column >= 0 && row < grid.Height && column < grid.Width ? grid[row, column] : -1;
}
