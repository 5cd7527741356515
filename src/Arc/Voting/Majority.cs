using Seal.Arc.Augmentations;
using Seal.Arc.Tasks;

namespace Seal.Arc.Voting;

/// <summary>Counting within one list of grids. Ties go to what appears first.</summary>
public static class Majority
{
    /// <summary>
    /// Three candidates: the most frequent, the second and the third. Where there are not so many different grids, the row majority
    /// stands in, and where that is a candidate already, the column majority (which may be one too).
    /// </summary>
    /// <param name="grids">At least one grid.</param>
    public static (Grid First, Grid Second, Grid Third) Candidates(IReadOnlyList<Grid> grids)
    {
        var ranked = Ranked(grids);
        var rows = Rows(grids);
        var columns = Columns(grids);
        var first = ranked[0];
        var second = ranked.Count > 1 ? ranked[1] : !rows.Equals(first) ? rows : columns;
        var third = ranked.Count > 2 ? ranked[2] : !rows.Equals(first) && !rows.Equals(second) ? rows : columns;
        return (first, second, third);
    }

    /// <summary>The most frequent shape, and in it for each row the most frequent among the grids that have a row of that width there.</summary>
    /// <param name="grids">At least one grid.</param>
    public static Grid Rows(IReadOnlyList<Grid> grids)
    {
        var (height, width) = Ranked([.. grids.Select(grid => (grid.Height, grid.Width))])[0];
        var cells = new byte[height * width];
        for (var row = 0; row < height; row++)
        {
            var at = row;
            var candidates = grids.Where(grid => grid.Height > at && grid.Width == width).Select(grid => new Grid(1, width, grid.Cells.Slice(at * width, width))).ToList();
            Ranked(candidates)[0].Cells.CopyTo(cells.AsSpan(row * width));
        }

        return new Grid(height, width, cells);
    }

    /// <summary>The same by columns.</summary>
    /// <param name="grids">At least one grid.</param>
    public static Grid Columns(IReadOnlyList<Grid> grids)
    {
        var transpose = new Transpose();
        return transpose.Apply(Rows([.. grids.Select(transpose.Apply)]));
    }

    /// <summary>The different items, most frequent first, equally frequent ones by first appearance.</summary>
    internal static IReadOnlyList<T> Ranked<T>(IReadOnlyList<T> items)
        where T : notnull
    {
        var counts = new Dictionary<T, int>();
        foreach (var item in items)
        {
            counts[item] = counts.GetValueOrDefault(item) + 1;
        }

        // Distinct keeps the order of appearance, and OrderByDescending is stable.
        return [.. items.Distinct().OrderByDescending(item => counts[item])];
    }
}
