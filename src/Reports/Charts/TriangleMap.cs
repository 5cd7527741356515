using Seal.Reports.Html;

namespace Seal.Reports.Charts;

/// <summary>Differences by row and column, blue above zero and red below; each cell has its number in points.</summary>
internal static class TriangleMap
{
    private const int Side = 40,
        Head = 24,
        Left = 34;

    /// <summary>Larger ones have no numbers in their cells.</summary>
    private const int MostNumbers = 12;

    /// <param name="label">For readers that do not see it.</param>
    /// <param name="rows">Row k has k + 1 differences, each in [−1, 1].</param>
    public static Raw Draw(string label, IReadOnlyList<IReadOnlyList<double>> rows)
    {
        var side = rows.Count > MostNumbers ? 14 : Side;
        var most = Math.Max(0.05, rows.SelectMany(row => row).Max(Math.Abs));
        var width = Left + (rows.Count * side) + 4;
        var svg = new Markup();
        svg.Add(
            $"<svg class=\"map\" width=\"{width}\" height=\"{Head + (rows.Count * side) + 4}\" viewBox=\"0 0 {width} {Head + (rows.Count * side) + 4}\" "
                + $"role=\"img\" aria-label=\"{label}\" font-size=\"11\">"
        );
        var every = side == Side ? 1 : 4;
        for (var k = 0; k < rows.Count; k++)
        {
            if ((k + 1) % every == 0 || k == 0)
            {
                svg.Add($"<text x=\"{Left + (k * side) + (side / 2.0):0.#}\" y=\"15\" text-anchor=\"middle\">{k + 1}</text>");
                svg.Add($"<text x=\"{Left - 8}\" y=\"{Head + (k * side) + (side / 2.0) + 4:0.#}\" text-anchor=\"end\">{k + 1}</text>");
            }

            for (var j = 0; j < rows[k].Count; j++)
            {
                var value = rows[k][j];
                svg.Add(
                    $"<rect x=\"{Left + (j * side)}\" y=\"{Head + (k * side)}\" width=\"{side - 1}\" height=\"{side - 1}\" "
                        + $"fill=\"var(--{(value < 0 ? "bad" : "s0")})\" fill-opacity=\"{Math.Abs(value) / most * 0.85:0.##}\"/>"
                );
                if (side == Side)
                {
                    svg.Add(
                        $"<text x=\"{Left + (j * side) + (side / 2.0):0.#}\" y=\"{Head + (k * side) + (side / 2.0) + 4:0.#}\" text-anchor=\"middle\" "
                            + $"style=\"fill:var(--ink)\">{100 * value:+0;−0;0}</text>"
                    );
                }
            }
        }

        return svg.Add($"</svg>").ToRaw();
    }
}
