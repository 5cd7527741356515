using Seal.Arc.Augmentations;
using Seal.Arc.Tasks;

namespace Seal.Arc.Voting;

/// <summary>Counting within one list of grids. Ties go to what appears first.</summary>
internal static class Majority
{
    /// <summary>
    /// Three candidates: the most frequent, the second and the third. Where there are not so many different grids, the row majority
    /// stands in, and where that is a candidate already, the column majority (which may be one too).
    /// </summary>
    /// <param name="grids">At least one grid.</param>
    public static (Grid First, Grid Second, Grid Third) Candidates(IReadOnlyList<Grid> grids) => Candidates(grids, FirstAppearance.Rule);

    /// <summary>The most frequent shape, and in it for each row the most frequent among the grids that have a row of that width there.</summary>
    /// <param name="grids">At least one grid.</param>
    public static Grid Rows(IReadOnlyList<Grid> grids) => Rows(grids, FirstAppearance.Rule);

    /// <summary>The same by columns.</summary>
    /// <param name="grids">At least one grid.</param>
    public static Grid Columns(IReadOnlyList<Grid> grids) => Columns(grids, FirstAppearance.Rule);

    internal static (Grid First, Grid Second, Grid Third) Candidates(IReadOnlyList<Grid> grids, ITieRule ties)
    {
        var ranked = ties.Rank(grids);
        var rows = Rows(grids, ties);
        var columns = Columns(grids, ties);
        var first = ranked[0];
        var second =
            ranked.Count > 1 && !ranked[1].Equals(first) ? ranked[1]
            : rows.Equals(first) ? columns
            : rows;
        var third =
            ranked.Count > 2 && !ranked[2].Equals(first) && !ranked[2].Equals(second) ? ranked[2]
            : rows.Equals(first) || rows.Equals(second) ? columns
            : rows;
        return (first, second, third);
    }

    internal static Grid Rows(IReadOnlyList<Grid> grids, ITieRule ties)
    {
        var (height, width) = ties.Rank([.. grids.Select(grid => (grid.Height, grid.Width))])[0];
        return Grid.FromRows([
            .. Enumerable
                .Range(0, height)
                .Select(row =>
                {
                    var candidates = grids.Where(grid => grid.Height > row && grid.Width == width).Select(grid => Row(grid, row));
                    return ties.Rank([.. candidates])[0].Select(digit => digit - '0').ToArray();
                }),
        ]);
    }

    internal static Grid Columns(IReadOnlyList<Grid> grids, ITieRule ties)
    {
        var transpose = new Transpose();
        return transpose.Apply(Rows([.. grids.Select(transpose.Apply)], ties));
    }

    /// <summary>A row as its digits, which compare by content.</summary>
    private static string Row(Grid grid, int row) =>
        string.Create(
            grid.Width,
            (grid, row),
            static (digits, at) =>
            {
                for (var column = 0; column < digits.Length; column++)
                {
                    digits[column] = (char)('0' + at.grid[at.row, column]);
                }
            }
        );
}
