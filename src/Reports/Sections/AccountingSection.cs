using Seal.Core.Results;
using Seal.Reports.Html;

namespace Seal.Reports.Sections;

/// <summary>What the sweep took. Another run of the same sweep has other figures here.</summary>
internal static class AccountingSection
{
    private const int MostRuns = 200;

    public static void Write(Markup page, SweepAccounting accounting)
    {
        var total = accounting.Total;
        page.Add(
            $"<section id=\"accounting\"><h2>Accounting</h2><p class=\"sub\">What it took this time, trials answered by earlier results not "
                + $"counted; another run of the same sweep differs here and nowhere else.</p>"
        );
        page.Add(
            $"<p>{total.Jobs:N0} jobs in {total.Attempts:N0} attempts, {total.CacheHits:N0} trials from the cache, {total.Steps:N0} optimizer "
                + $"steps, {total.Tokens:N0} training tokens, {total.DeviceHours:0.00} device-hours.</p>"
        );
        page.Add(
            $"<div class=\"scroll\"><table><thead><tr><th>run</th><th>jobs</th><th>attempts</th><th>from "
                + $"cache</th><th>steps</th><th>device-hours</th><th>forks</th><th>policy versions</th></tr></thead><tbody>\n"
        );
        foreach (var (run, cost) in accounting.Runs.OrderBy(run => run.Key, StringComparer.Ordinal).Take(MostRuns))
        {
            page.Add(
                $"<tr><td>{run}</td><td>{cost.Jobs:N0}</td><td>{cost.Attempts:N0}</td><td>{cost.CacheHits:N0}</td><td>{cost.Steps:N0}</td><td>{cost.DeviceHours:0.000}</td><td>{Math.Max(0, (accounting.Lineage.GetValueOrDefault(run)?.Records.Count ?? 1) - 1)}</td><td>{Policies(accounting, run)}</td></tr>\n"
            );
        }

        page.Add($"</tbody></table></div></section>\n");
    }

    private static string Policies(SweepAccounting accounting, string run) =>
        string.Join(" → ", accounting.Lineage.GetValueOrDefault(run)?.Policies.Select(policy => policy.Sha256[..12]) ?? []);
}
