using System.Globalization;
using System.Text;
using Seal.Reports.Html;

namespace Seal.Reports.Charts;

/// <summary>Tasks × candidates. A cell is solved, failed, too long, or as dark as its share of right answer tokens.</summary>
internal static class HeatMap
{
    private const int LabelWidth = 190,
        Head = 22;

    /// <param name="label">For readers that do not see it.</param>
    /// <param name="rows">Task names with their cells; null where there was no candidate.</param>
    /// <param name="heads">What stands above the columns: column and text.</param>
    /// <param name="gaps">Columns before which there is a gap.</param>
    public static Raw Draw(
        string label,
        IReadOnlyList<(string Name, HeatCell?[] Cells)> rows,
        IReadOnlyList<(int Column, string Text)> heads,
        IReadOnlyCollection<int> gaps
    )
    {
        var columns = rows.Max(row => row.Cells.Length);
        var (side, high) = (columns > 60 ? 10 : 16, 16);
        double X(int column) => LabelWidth + (column * side) + (8 * gaps.Count(gap => gap <= column));
        var (width, height) = (X(columns - 1) + side + 4, Head + (rows.Count * high) + 4);
        var svg = new Markup();
        svg.Add(
            $"<svg width=\"{width:0}\" height=\"{height:0}\" class=\"map\" viewBox=\"0 0 {width:0} {height:0}\" role=\"img\" "
                + $"aria-label=\"{label}\" font-size=\"11\">"
        );
        foreach (var (column, text) in heads)
        {
            svg.Add(
                $"<text x=\"{X(column) + (text.Length <= 2 ? side / 2.0 : 0):0.#}\" y=\"14\" "
                    + $"text-anchor=\"{(text.Length <= 2 ? "middle" : "start")}\" "
                    + $"font-size=\"{(text.Length <= 2 && side < 14 ? 8 : 10)}\">{text}</text>"
            );
        }

        var paths = new SortedDictionary<string, StringBuilder>(StringComparer.Ordinal);
        for (var row = 0; row < rows.Count; row++)
        {
            svg.Add(
                $"<text x=\"{LabelWidth - 8}\" y=\"{Head + (row * high) + (high / 2.0) + 4:0.#}\" text-anchor=\"end\">{Cut(rows[row].Name)}</text>"
            );
            for (var column = 0; column < rows[row].Cells.Length; column++)
            {
                if (rows[row].Cells[column] is { } cell)
                {
                    if (!paths.TryGetValue(cell.Class, out var path))
                    {
                        paths[cell.Class] = path = new StringBuilder();
                    }

                    path.Append(CultureInfo.InvariantCulture, $"M{X(column):0.#} {Head + (row * high)}h{side - 1}v{high - 1}h{1 - side}z");
                }
            }
        }

        foreach (var (name, path) in paths)
        {
            svg.Add($"<path d=\"{path.ToString()}\" fill=\"var(--{name})\"/>");
        }

        return svg.Add($"</svg>").ToRaw();
    }

    public static Raw Key { get; } =
        new(
            "<ul class=\"key\"><li><i class=\"c-hs\"></i>solved</li><li><i class=\"c-h3\"></i>nearly: more than 95 "
                + "% of the answer's tokens right</li>"
                + "<li><i class=\"c-h2\"></i>80 %</li><li><i class=\"c-h1\"></i>50 %</li><li><i "
                + "class=\"c-h0\"></i>fewer</li>"
                + "<li><i class=\"c-hf\"></i>not trained (step cap, diverged, invalid)</li><li><i "
                + "class=\"c-ht\"></i>longer than the model's context</li></ul>"
        );

    private static string Cut(string name) => name.Length <= 27 ? name : name[..26] + "…";
}

/// <param name="Class">The colour's name.</param>
internal readonly record struct HeatCell(string Class)
{
    public static HeatCell Solved { get; } = new("hs");

    public static HeatCell Failed { get; } = new("hf");

    public static HeatCell TooLong { get; } = new("ht");

    public static HeatCell Accuracy(double share) =>
        new(
            share > 0.95 ? "h3"
            : share > 0.8 ? "h2"
            : share > 0.5 ? "h1"
            : "h0"
        );
}
