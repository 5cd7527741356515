using Seal.Arc.Tasks;

namespace Seal.Arc.Generators.Checks;

/// <summary>
/// Rules with a fact per colour, row or cell, fitted to a task: it is explained where one choice for each is right in all pairs. Each says what it
/// found, or null.
/// </summary>
internal static class FittedRules
{
    /// <summary>What may become of a row, by its content: [choice] → row.</summary>
    public delegate IReadOnlyList<byte[]> RowChoices(byte[] row);

    /// <summary>Every colour becomes one colour, always the same.</summary>
    public static string? ColourMap(ArcTask task)
    {
        var targets = new int[Grid.Colours];
        Array.Fill(targets, -1);
        foreach (var pair in Pairs(task))
        {
            if (!IsSameSize(pair))
            {
                return null;
            }

            for (var i = 0; i < pair.Input.Cells.Length; i++)
            {
                ref var target = ref targets[pair.Input.Cells[i]];
                if (target >= 0 && target != pair.Output!.Cells[i])
                {
                    return null;
                }

                target = pair.Output!.Cells[i];
            }
        }

        return "every colour becomes another, the same one in every pair";
    }

    /// <summary>Grids of one width; a cell takes the colour of its column. Or of its row.</summary>
    public static string? LineColours(ArcTask task) =>
        AsItIsOrTransposed.Any(orientation =>
        {
            var pairs = Oriented(task, orientation);
            return pairs.All(pair =>
                    pair.Input.Height == pair.Output.Height && pair.Input.Width == pair.Output.Width && pair.Input.Width == pairs[0].Input.Width
                )
                && Enumerable
                    .Range(0, pairs[0].Input.Width)
                    .All(column =>
                        pairs
                            .SelectMany(pair =>
                                Enumerable
                                    .Range(0, pair.Input.Height)
                                    .Select(row => (Before: pair.Input[row, column], After: pair.Output[row, column]))
                            )
                            .Where(cell => cell.Before != 0 || cell.After != 0)
                            .Select(cell => cell.Before == 0 ? -1 : cell.After)
                            .Distinct()
                            .Count(after => after != 0) <= 1
                    )
                && pairs.All(pair =>
                    Enumerable.Range(0, pair.Input.Cells.Length).All(i => (pair.Input.Cells[i] == 0) == (pair.Output.Cells[i] == 0))
                );
        })
            ? "a cell takes the colour of its line"
            : null;

    /// <summary>Every cell draws a line to one side as far as the edge; which one is fixed by its colour, and no two lines meet.</summary>
    public static string? Directions(ArcTask task)
    {
        if (!Pairs(task).All(IsSameSize))
        {
            return null;
        }

        (int Down, int Right)[] ways = [(-1, 0), (1, 0), (0, -1), (0, 1)];
        return Enumerable
            .Range(1, Grid.Colours - 1)
            .All(colour => ways.Any(way => Pairs(task).All(pair => Lines(pair.Input, (byte)colour, way).SetEquals(Of(pair.Output!, (byte)colour)))))
            ? "cells draw a line to one side, by their colour"
            : null;

        static IEnumerable<int> Of(Grid grid, byte colour) => Enumerable.Range(0, grid.Height * grid.Width).Where(cell => grid.Cells[cell] == colour);

        static HashSet<int> Lines(Grid grid, byte colour, (int Down, int Right) way)
        {
            var drawn = new HashSet<int>();
            foreach (var cell in Of(grid, colour))
            {
                for (
                    int row = cell / grid.Width, column = cell % grid.Width;
                    row >= 0 && column >= 0 && row < grid.Height && column < grid.Width;
                    row += way.Down, column += way.Right
                )
                {
                    drawn.Add((row * grid.Width) + column);
                }
            }

            return drawn;
        }
    }

    /// <summary>Square grids of one even size; what becomes of a quarter with one coloured cell is fixed by its place.</summary>
    public static string? Quarters(ArcTask task)
    {
        var length = task.Train[0].Input.Height;
        if (length % 2 != 0 || !Pairs(task).All(pair => IsSameSize(pair) && pair.Input.Height == length && pair.Input.Width == length))
        {
            return null;
        }

        var half = length / 2;
        return Enumerable
            .Range(0, 4)
            .All(quarter => Common(Pairs(task).Select(pair => Fitting(QuarterActs(Part(pair.Input, quarter)), Part(pair.Output!, quarter)))))
            ? "what becomes of a cell is fixed by its quarter"
            : null;

        byte[] Part(Grid grid, int quarter) =>
            [.. Enumerable.Range(0, half * half).Select(i => grid[(quarter / 2 * half) + (i / half), (quarter % 2 * half) + (i % half)])];
    }

    /// <summary>Rows, or columns, with one coloured cell at most; what becomes of one is fixed by where in it the cell stands.</summary>
    public static string? ByMark(ArcTask task, RowChoices choices)
    {
        foreach (var orientation in AsItIsOrTransposed)
        {
            var pairs = Oriented(task, orientation);
            var rows = pairs
                .SelectMany(pair =>
                    Enumerable
                        .Range(0, pair.Input.Height)
                        .Select(row => (Before: Row(pair.Input, row), After: Row(pair.Output, Math.Min(row, pair.Output.Height - 1))))
                )
                .ToArray();
            if (
                pairs.All(pair =>
                    pair.Input.Height == pair.Output.Height && pair.Input.Width == pair.Output.Width && pair.Input.Width == pairs[0].Input.Width
                )
                && rows.All(row =>
                    row.Before.Count(cell => cell != 0) <= 1 && (row.Before.Any(cell => cell != 0) || row.After.All(cell => cell == 0))
                )
                && rows.Where(row => row.Before.Any(cell => cell != 0))
                    .GroupBy(row => Array.FindIndex(row.Before, cell => cell != 0))
                    .All(place => Common(place.Select(row => Fitting(choices(row.Before), row.After))))
            )
            {
                return $"what becomes of a {(orientation == 0 ? "row" : "column")} is fixed by where its cell stands";
            }
        }

        return null;
    }

    private static (Grid Input, Grid Output)[] Oriented(ArcTask task, int orientation) =>
        [.. Pairs(task).Select(pair => (Sketch.Orient(pair.Input, orientation), Sketch.Orient(pair.Output!, orientation)))];

    /// <summary>As it is, wiped, filled with its colour.</summary>
    public static IReadOnlyList<byte[]> RowActs(byte[] row)
    {
        var colour = row.FirstOrDefault(cell => cell != 0);
        return [row, new byte[row.Length], [.. row.Select(_ => colour)]];
    }

    /// <summary>The cell at each place of the row in turn.</summary>
    public static IReadOnlyList<byte[]> MoveActs(byte[] row)
    {
        var colour = row.FirstOrDefault(cell => cell != 0);
        return [.. row.Select((_, to) => row.Select((_, i) => i == to ? colour : (byte)0).ToArray())];
    }

    /// <summary>A line from each coloured cell to the right, to the left, both ways.</summary>
    public static IReadOnlyList<byte[]> LineActs(byte[] row)
    {
        var mark = Array.FindIndex(row, cell => cell != 0);
        return mark < 0
            ? [row, row, row]
            :
            [
                [.. row.Select((_, i) => i >= mark ? row[mark] : (byte)0)],
                [.. row.Select((_, i) => i <= mark ? row[mark] : (byte)0)],
                [.. row.Select(_ => row[mark])],
            ];
    }

    /// <summary>Coloured cells at one side only, in each pair at whichever; what becomes of the line behind each is fixed by its colour.</summary>
    public static string? AtOneSide(ArcTask task, Func<byte, int, IReadOnlyList<byte[]>> choices)
    {
        var open = new bool[Grid.Colours][];
        foreach (var pair in Pairs(task))
        {
            if (
                !IsSameSize(pair)
                || !FourSides.Any(orientation => Fits(Sketch.Orient(pair.Input, orientation), Sketch.Orient(pair.Output!, orientation)))
            )
            {
                return null;
            }
        }

        return "what becomes of a cell at one side is fixed by its colour";

        bool Fits(Grid input, Grid output)
        {
            var narrowed = open.Select(choice => choice?.ToArray()).ToArray();
            for (var row = 0; row < input.Height; row++)
            {
                var (cells, after) = (Row(input, row), Row(output, row));
                var colour = cells[0];
                if (cells.AsSpan(1).ContainsAnyExcept((byte)0) || (colour == 0 && after.AsSpan().ContainsAnyExcept((byte)0)))
                {
                    return false;
                }

                if (colour != 0)
                {
                    var fitting = Fitting(choices(colour, cells.Length), after);
                    narrowed[colour] = narrowed[colour]?.Zip(fitting, (a, b) => a && b).ToArray() ?? fitting;
                    if (!narrowed[colour]!.Contains(true))
                    {
                        return false;
                    }
                }
            }

            narrowed.CopyTo(open, 0);
            return true;
        }
    }

    /// <summary>Right across, or gone.</summary>
    public static IReadOnlyList<byte[]> Across(byte colour, int length) =>
        [
            [.. Enumerable.Repeat(colour, length)],
            new byte[length],
        ];

    /// <summary>To the far side, one step, or left where it is.</summary>
    public static IReadOnlyList<byte[]> Slides(byte colour, int length) =>
        [
            .. new[] { length - 1, Math.Min(1, length - 1), 0 }.Select(at =>
                Enumerable.Range(0, length).Select(i => i == at ? colour : (byte)0).ToArray()
            ),
        ];

    /// <summary>A tail of two cells in one of the nine colours.</summary>
    public static IReadOnlyList<byte[]> Tails(byte colour, int length) =>
        [
            .. Enumerable
                .Range(1, 9)
                .Select(tail =>
                    Enumerable
                        .Range(0, length)
                        .Select(i =>
                            i == 0 ? colour
                            : i <= 2 ? (byte)tail
                            : (byte)0
                        )
                        .ToArray()
                ),
        ];

    private static IReadOnlyList<byte[]> QuarterActs(byte[] part) => part.Count(cell => cell != 0) > 1 ? [] : RowActs(part);

    private static readonly int[] AsItIsOrTransposed = [0, 4];
    private static readonly int[] FourSides = [0, 2, 4, 6];

    private static IEnumerable<ArcPair> Pairs(ArcTask task) => task.Train.Concat(task.Test).Where(pair => pair.Output is not null);

    private static bool IsSameSize(ArcPair pair) => pair.Input.Height == pair.Output!.Height && pair.Input.Width == pair.Output.Width;

    private static byte[] Row(Grid grid, int row) => grid.Cells.Slice(row * grid.Width, grid.Width).ToArray();

    private static bool[] Fitting(IReadOnlyList<byte[]> choices, byte[] row) => [.. choices.Select(choice => choice.AsSpan().SequenceEqual(row))];

    private static bool Common(IEnumerable<bool[]> fitting)
    {
        var all = fitting.ToArray();
        return all.All(one => one.Length == all[0].Length) && Enumerable.Range(0, all[0].Length).Any(choice => all.All(one => one[choice]));
    }
}
