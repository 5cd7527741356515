using Seal.Core.Results;
using Seal.Reports.Html;

namespace Seal.Reports.Sections;

/// <summary>How much of a reward was luck, and whether it is the self-edits or the weights that got better.</summary>
internal static class CheckSection
{
    public static void Write(Markup page, ReportData data)
    {
        var (again, cross) = (Remeasured.Of(data.Results), CrossTable.Of(data.Results.Runs));
        page.Add($"<section id=\"checks\"><h2>Checks</h2>");
        if (again.Count + cross.Count == 0)
        {
            page.Add(
                $"<p class=\"sub\">None was asked for: <code>evaluate.again</code> tries kept self-edits again, or a reward table has them under "
                    + $"other inner seeds; <code>evaluate.cross</code> tries old self-edits on new weights.</p>"
            );
        }

        if (again.Count > 0)
        {
            Again(page, data, again);
        }

        foreach (var arm in cross.GroupBy(one => (one.Cell, one.Arm)))
        {
            Cross(page, data.Name(arm.Key.Cell, arm.Key.Arm), [.. arm]);
        }

        page.Add($"</section>\n");
    }

    private static void Again(Markup page, ReportData data, IReadOnlyList<Remeasured> rows)
    {
        page.Add(
            $"<h3>Kept self-edits under fresh inner seeds</h3><p class=\"sub\">What a round kept was chosen by the trials that rewarded it, so "
                + $"its reward is inflated. The same self-edits on the same training tasks, under inner seeds that did not choose them; "
                + $"each self-edit counts once per task and outer seed.</p>"
        );
        page.Add(
            $"<div class=\"scroll\"><table><thead><tr><th>arm</th><th>round</th><th>kept</th><th>solved when rewarded</th><th>fresh "
                + $"trials</th><th>solved</th><th>95 %</th></tr></thead><tbody>\n"
        );
        foreach (var row in rows)
        {
            page.Add(
                $"<tr><td class=\"row\"><b>{data.Name(row.Cell, row.Arm)}</b></td><td>{row.Round}</td><td>{row.Kept}</td><td>{Heading.Share(row.Rewarded, row.Kept)}</td><td>{row.Trials}</td><td class=\"big\">{Heading.Share(row.Solved, row.Trials)}</td><td>{100 * row.Interval.Low:0}–{100 * row.Interval.High:0}</td></tr>\n"
            );
        }

        page.Add($"</tbody></table></div>");
    }

    private static void Cross(Markup page, string name, CrossCell[] cells)
    {
        page.Add(
            $"<h3>{name}: self-edits × weights</h3><p class=\"sub\">What training changed: self-edits written before and after it, tried on the "
                + $"weights from before and after it. Evaluation tasks; Wilson 95 % below.</p>"
        );
        page.Add($"<div class=\"scroll\"><table><thead><tr><th></th><th>weights before</th><th>weights after</th></tr></thead><tbody>\n");
        foreach (var edits in new[] { false, true })
        {
            page.Add($"<tr><td class=\"row\"><b>self-edits {(edits ? "after" : "before")}</b></td>");
            foreach (var weights in new[] { false, true })
            {
                if (cells.FirstOrDefault(one => one.NewEdits == edits && one.NewWeights == weights) is { } cell)
                {
                    page.Add(
                        $"<td><b>{Heading.Share(cell.Solved, cell.Candidates)}</b> of {cell.Candidates}<br/><span "
                            + $"class=\"sub\">{100 * cell.Interval.Low:0}–{100 * cell.Interval.High:0}</span></td>"
                    );
                }
                else
                {
                    page.Add($"<td>–</td>");
                }
            }

            page.Add($"</tr>\n");
        }

        page.Add($"</tbody></table></div>");
    }
}
