using System.Globalization;
using System.Text;
using Seal.Arc.Tasks;
using Seal.Reports.Html;

namespace Seal.Reports.Charts;

/// <summary>A grid in ARC's colours, small in bytes: one path per colour, of rectangles that are as large as can be.</summary>
internal static class GridPicture
{
    /// <param name="grid">What is drawn.</param>
    /// <param name="expected">Cells that differ from it are outlined; null for none.</param>
    /// <param name="side">Pixels of the longer side, about.</param>
    public static Raw Draw(Grid grid, Grid? expected = null, int side = 150)
    {
        var (height, width) = (grid.Height, grid.Width);
        var cell = Math.Clamp((double)side / Math.Max(height, width), 4, 20);
        var svg = new Markup();
        svg.Add(
            $"<svg width=\"{width * cell:0.#}\" height=\"{height * cell:0.#}\" viewBox=\"-.1 -.1 {width + .2:0.#} {height + .2:0.#}\" role=\"img\" "
                + $"aria-label=\"grid of {height} by {width}\">"
        );
        var counts = new int[Grid.Colours];
        foreach (var colour in grid.Cells)
        {
            counts[colour]++;
        }

        var ground = Array.IndexOf(counts, counts.Max());
        svg.Add($"<rect class=\"g{ground}\" width=\"{width}\" height=\"{height}\"/>");
        for (var colour = 0; colour < Grid.Colours; colour++)
        {
            if (colour != ground && counts[colour] > 0)
            {
                svg.Add($"<path class=\"g{colour}\" d=\"{Rectangles(height, width, (row, column) => grid[row, column] == colour)}\"/>");
            }
        }

        svg.Add($"<path class=\"gl\" d=\"{Lines(height, width)}\"/>");
        if (expected is not null && !grid.Equals(expected))
        {
            var wrong = Rectangles(
                height,
                width,
                (row, column) => row >= expected.Height || column >= expected.Width || grid[row, column] != expected[row, column],
                single: true
            );
            if (wrong.Length > 0)
            {
                svg.Add($"<path class=\"gy\" d=\"{wrong}\"/><path class=\"gx\" d=\"{wrong}\"/>");
            }
        }

        return svg.Add($"</svg>").ToRaw();
    }

    private static string Rectangles(int height, int width, Func<int, int, bool> wanted, bool single = false)
    {
        var path = new StringBuilder();
        var done = new bool[height, width];
        for (var row = 0; row < height; row++)
        {
            for (var column = 0; column < width; column++)
            {
                if (done[row, column] || !wanted(row, column))
                {
                    continue;
                }

                var (right, below) = (column + 1, row + 1);
                while (!single && right < width && !done[row, right] && wanted(row, right))
                {
                    right++;
                }

                while (!single && below < height && Enumerable.Range(column, right - column).All(at => !done[below, at] && wanted(below, at)))
                {
                    below++;
                }

                for (var r = row; r < below; r++)
                {
                    for (var c = column; c < right; c++)
                    {
                        done[r, c] = true;
                    }
                }

                path.Append(CultureInfo.InvariantCulture, $"M{column} {row}h{right - column}v{below - row}h{column - right}z");
            }
        }

        return path.ToString();
    }

    private static string Lines(int height, int width)
    {
        var path = new StringBuilder();
        for (var column = 0; column <= width; column++)
        {
            path.Append(CultureInfo.InvariantCulture, $"M{column} 0v{height}");
        }

        for (var row = 0; row <= height; row++)
        {
            path.Append(CultureInfo.InvariantCulture, $"M0 {row}h{width}");
        }

        return path.ToString();
    }
}
