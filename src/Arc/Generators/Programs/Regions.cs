using Seal.Arc.Tasks;

namespace Seal.Arc.Generators.Programs;

/// <summary>Connected cells of one colour (four neighbours), background left out.</summary>
internal static class Regions
{
    /// <param name="grid">The grid.</param>
    /// <param name="background">True: the regions of 0 instead.</param>
    /// <returns>Region number of every cell, −1 where there is none; and the regions' cells as indices, in reading order of their first
    /// cell.</returns>
    public static (int[] Labels, IReadOnlyList<IReadOnlyList<int>> Cells) Of(Grid grid, bool background = false)
    {
        var labels = new int[grid.Height * grid.Width];
        Array.Fill(labels, -1);
        var regions = new List<IReadOnlyList<int>>();
        var stack = new Stack<int>();
        for (var start = 0; start < labels.Length; start++)
        {
            if (labels[start] >= 0 || (grid.Cells[start] == 0) != background)
            {
                continue;
            }

            var cells = new List<int>();
            var colour = grid.Cells[start];
            labels[start] = regions.Count;
            stack.Push(start);
            while (stack.TryPop(out var cell))
            {
                cells.Add(cell);
                int row = cell / grid.Width,
                    column = cell % grid.Width;
                Visit(row - 1, column);
                Visit(row + 1, column);
                Visit(row, column - 1);
                Visit(row, column + 1);
            }

            regions.Add(cells);

            void Visit(int row, int column)
            {
                var next = (row * grid.Width) + column;
                if (row >= 0 && column >= 0 && row < grid.Height && column < grid.Width && labels[next] < 0 && grid.Cells[next] == colour)
                {
                    labels[next] = regions.Count;
                    stack.Push(next);
                }
            }
        }

        return (labels, regions);
    }

    /// <summary>The number of the one largest (or smallest) region; −1 without regions or where two are equal.</summary>
    public static int Extreme(IReadOnlyList<IReadOnlyList<int>> regions, bool largest)
    {
        var best = -1;
        var tied = false;
        for (var i = 0; i < regions.Count; i++)
        {
            var order = best < 0 ? 1 : (regions[i].Count - regions[best].Count) * (largest ? 1 : -1);
            (best, tied) = order > 0 ? (i, false) : (best, tied || order == 0);
        }

        return tied ? -1 : best;
    }

    /// <summary>Whether a region of the background touches the edge of the grid.</summary>
    public static bool TouchesEdge(Grid grid, IReadOnlyList<int> cells) =>
        cells.Any(cell =>
            cell < grid.Width || cell >= grid.Width * (grid.Height - 1) || cell % grid.Width == 0 || cell % grid.Width == grid.Width - 1
        );
}
