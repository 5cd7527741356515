using System.Globalization;
using Seal.Core.Tables;
using Seal.Reports.Charts;
using Seal.Reports.Html;

namespace Seal.Reports.Sections;

/// <summary>Solved against inner loops spent, search included: learning beside searching for one constant.</summary>
internal static class CostSection
{
    private const int Width = 520,
        Height = 260,
        Left = 38,
        Right = 12,
        Top = 12,
        Bottom = 34;

    private static readonly string[] Colours = ["var(--s5)", "var(--s1)", "var(--s2)", "var(--s3)", "var(--s0)", "var(--s4)", "var(--s6)"];

    public static bool IsShown(ReportData data) => data.Tables.Any(SearchCost.IsSearchable);

    public static void Write(Markup page, ReportData data)
    {
        if (!IsShown(data))
        {
            return;
        }

        var points = SearchCost.Of(data.Results);
        page.Add($"<section id=\"cost\"><h2>What the search costs</h2>");
        page.Add(
            $"<p class=\"sub\">Share of evaluation tasks solved against different inner loops spent on training tasks, search included. Strategies "
                + $"that end with one self-edit for every task are simulated in the reward table, {SearchCost.Simulations} times with other "
                + $"orders of tasks and self-edits; a learning arm stands where its rounds left it. Where the schema has more self-edits than the "
                + $"table, the table holds a draw of them.</p>\n"
        );
        foreach (var cell in points.GroupBy(point => point.Cell))
        {
            Cell(page, data, cell.Key, [.. cell]);
        }

        page.Add($"</section>\n");
    }

    private static void Cell(Markup page, ReportData data, string cell, SearchPoint[] points)
    {
        if (data.Cells.Count > 1)
        {
            page.Add($"<h3>{cell}</h3>");
        }

        var strategies = points.GroupBy(point => point.Strategy).ToArray();
        page.Add($"<figure>{Draw(strategies)}<ul class=\"key\">");
        foreach (var (strategy, n) in strategies.Select((strategy, n) => (strategy.Key, n)))
        {
            page.Add($"<li><i class=\"{Svg.Swatch(Colour(n))}\"></i>{strategy}</li>");
        }

        page.Add($"</ul></figure><div class=\"scroll\"><table><thead><tr><th>strategy</th><th>inner loops</th><th>solved</th></tr></thead><tbody>\n");
        foreach (var point in strategies.SelectMany(strategy => strategy))
        {
            page.Add($"<tr><td class=\"row\">{point.Strategy}</td><td>{point.Loops:0}</td><td>{100 * point.Solved:0.0} %</td></tr>\n");
        }

        page.Add($"</tbody></table></div>\n");
        foreach (var learner in data.Learners.Where(one => one.Cell == cell))
        {
            page.Add($"<p>{learner.Arm}: {Said(SearchCost.Crossing(points, cell, learner.Arm))}</p>\n");
        }
    }

    private static string Colour(int n) => Colours[n % Colours.Length];

    private static string Said(SearchPoint? crossing) =>
        crossing is { Strategy: var strategy, Loops: var loops }
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"the cheapest search for one constant that is as good is {strategy}, {loops:0} inner loops."
            )
            : "no search for one constant is as good within the table.";

    private static Raw Draw(IGrouping<string, SearchPoint>[] strategies)
    {
        var most = Math.Max(2, strategies.SelectMany(strategy => strategy).Max(point => point.Loops));
        double X(double loops) => Left + 8 + (Math.Log2(1 + loops) / Math.Log2(1 + most) * (Width - Left - Right - 16));
        var lines = Svg.Shares(strategies.SelectMany(strategy => strategy).Max(point => point.Solved));
        double Y(double share) => Top + ((1 - (share / lines[^1])) * (Height - Top - Bottom));
        var svg = new Markup();
        svg.Add($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"solved against inner loops spent\" font-size=\"12\">");
        foreach (var share in lines)
        {
            svg.Add(
                $"<line class=\"gridline\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(share):0.#}\" y2=\"{Y(share):0.#}\"/><text x=\"{Left - 6}\" "
                    + $"y=\"{Y(share) + 4:0.#}\" text-anchor=\"end\">{100 * share:0}</text>"
            );
        }

        for (var loops = 0; loops <= most; loops = Math.Max(1, 4 * loops))
        {
            svg.Add($"<text x=\"{X(loops):0.#}\" y=\"{Height - 16}\" text-anchor=\"middle\">{loops}</text>");
        }

        foreach (var (strategy, n) in strategies.Select((strategy, n) => (strategy, n)))
        {
            var colour = Colour(n);
            svg.Add(
                $"<path d=\"{Svg.Path(strategy.Select(point => (X(point.Loops), Y(point.Solved))))}\" "
                    + $"fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>"
            );
            foreach (var point in strategy)
            {
                svg.Add(
                    $"<circle cx=\"{X(point.Loops):0.#}\" cy=\"{Y(point.Solved):0.#}\" r=\"3\" fill=\"{colour}\"><title>{point.Strategy}: "
                        + $"{point.Loops:0} inner loops, {100 * point.Solved:0.0} %</title></circle>"
                );
            }
        }

        return svg.Add($"</svg>").ToRaw();
    }
}
