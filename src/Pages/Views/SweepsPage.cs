using Seal.Pages.Live;
using Seal.Reports.Html;

namespace Seal.Pages.Views;

/// <summary>The start page: every sweep of the store.</summary>
internal static class SweepsPage
{
    /// <param name="store">What the store is called.</param>
    /// <param name="sweeps">In the order of their names; one that cannot be read has a problem in place of a view.</param>
    public static string Write(string store, IReadOnlyList<(string Name, SweepView? View, string? Problem)> sweeps) =>
        Layout.Page(
            "Sweeps",
            [],
            "/feed",
            page =>
            {
                page.Add($"<h1>Sweeps</h1><p class=\"lead\">{store}</p>\n");
                if (sweeps.Count == 0)
                {
                    page.Add($"<p>There is no sweep here yet. <code>seal run sweeps/quickstart.toml</code> starts one.</p>\n");
                    return;
                }

                page.Add($"<div class=\"scroll\"><table><thead><tr><th>sweep</th><th>state</th><th class=\"wide-only\">runs ended</th>");
                page.Add($"<th>progress</th><th class=\"wide-only\">device time</th></tr></thead><tbody>\n");
                foreach (var (name, view, problem) in sweeps)
                {
                    if (view is null)
                    {
                        page.Add($"<tr><td class=\"row\"><b>{name}</b></td><td class=\"text\" colspan=\"4\">{problem}</td></tr>\n");
                        continue;
                    }

                    page.Add($"<tr><td class=\"row\"><a href=\"{Link.Sweep(name)}\"><b>{name}</b></a></td>");
                    page.Add($"<td><span class=\"state {view.Word}\">{view.Word}</span></td>");
                    page.Add($"<td class=\"wide-only\">{view.Runs.Count(run => run.Progress.Ended)} of {view.Runs.Count}</td>");
                    page.Add($"<td class=\"bar\">{Pieces.Bar(view.Share)}</td>");
                    page.Add($"<td class=\"wide-only\">{Pieces.Spent(view.Runs.Sum(run => run.Progress.Accounting.Seconds))}</td></tr>\n");
                }

                page.Add($"</tbody></table></div>\n");
            }
        );
}
