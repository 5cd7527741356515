using System.Globalization;
using Seal.Core.Results;
using Seal.Reports.Charts;
using Seal.Reports.Html;

namespace Seal.Reports.Sections;

/// <summary>What the learning arms gain on the other rows, paired.</summary>
internal static class DifferenceSection
{
    public static void Write(Markup page, ReportData data)
    {
        var differences = ArmDifferences.Of(data.Runs);
        page.Add($"<section id=\"differences\"><h2>Differences</h2>");
        if (differences.Count == 0)
        {
            page.Add($"<p class=\"sub\">No arm that learns has two rows to compare.</p></section>\n");
            return;
        }

        var single = data.Results.Runs.Select(run => run.Seed).Distinct().Count() == 1;
        page.Add(
            $"<p class=\"sub\">Of the shares solved, in points, paired by task and seed. 95 % by a bootstrap that draws outer seeds and tasks as "
                + $"crossed factors and self-edits within both; green and red where it leaves out "
                + $"zero.{(single ? " One outer seed says nothing about the spread between seeds." : "")}{(differences[0].Solved.ExcludesZero is null ? " So few tasks say next to nothing about the spread between tasks." : "")}</p>"
        );
        foreach (var (arm, n) in differences.GroupBy(row => (row.Cell, row.Arm)).Select((group, n) => (group.ToArray(), n)))
        {
            // The first arm that learns is what the sweep is about.
            page.Add(
                $"{new Raw(n == 0 ? "" : "<details class=\"more\"><summary>")}{(n == 0 ? "" : data.Name(arm[0].Cell, arm[0].Arm) + " against the others")}{new Raw(n == 0 ? "" : "</summary>")}"
            );
            Rows(page, data, arm);
            page.Add($"{new Raw(n == 0 ? "" : "</details>")}");
        }

        foreach (var headline in Headlines.Of(data.Runs))
        {
            page.Add(
                $"<p>Of what a choice of the self-edit can win over chance, (<b>{data.Name(headline.Cell, headline.Arm)}</b> − {headline.Random}) / "
                    + $"({headline.Oracle} − {headline.Random}) = <b>{headline.Share.Value:0.00}</b>"
            );
            page.Add(
                $"{(double.IsNaN(headline.Share.Interval.Low) ? "" : string.Create(CultureInfo.InvariantCulture, $", 95 % {headline.Share.Interval.Low:0.00} to {headline.Share.Interval.High:0.00}"))}.</p>"
            );
        }

        page.Add($"</section>\n");
    }

    private static void Rows(Markup page, ReportData data, IReadOnlyList<ArmDifference> differences)
    {
        page.Add(
            $"<div class=\"scroll\"><table><thead><tr><th>row</th><th>points</th><th class=\"bar\">−100 – 100</th><th>95 %</th><th "
                + $"class=\"wide-only\">per seed</th></tr></thead><tbody>\n"
        );
        foreach (var row in differences)
        {
            var own = row.Against == row.Arm;
            page.Add(
                $"<tr><td class=\"row\"><b>{data.Name(row.Cell, row.Arm)}</b> after {row.Round} − "
                    + $"{(own ? "before" : row.Against)}{(row.AgainstRound > 0 ? string.Create(CultureInfo.InvariantCulture, $" after {row.AgainstRound}") : "")}</td><td class=\"big\">{100 * row.Solved.Value:+0.0;−0.0;0}</td>"
            );
            page.Add(
                $"<td class=\"bar\">{Svg.DifferenceBar(row.Solved)}</td><td>{100 * row.Solved.Interval.Low:+0.0;−0.0;0} to "
                    + $"{100 * row.Solved.Interval.High:+0.0;−0.0;0}</td>"
            );
            page.Add(
                $"<td class=\"wide-only\">{string.Join(" ", row.Solved.PerSeed.Select(value => (100 * value).ToString("+0;−0;0", CultureInfo.InvariantCulture)))}</td></tr>\n"
            );
        }

        page.Add($"</tbody></table></div>");
    }
}
