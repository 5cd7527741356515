using Seal.Core.Gates;
using Seal.Core.Results;
using Seal.Core.Sweeps;
using Seal.Reports.Html;

namespace Seal.Reports.Sections;

/// <summary>Which versions of a policy were used, which were not, and by which cases or by whom that was decided.</summary>
internal static class GateSection
{
    public static void Write(Markup page, ReportData data)
    {
        var all = data.Results.Runs.SelectMany(run => run.Phases.Select(phase => (run, phase))).ToArray();
        var looks = all.Where(one => one.phase.Gate is not null).ToArray();
        if (looks.Length > 0)
        {
            Looks(page, looks);
        }

        var moves = all.Where(one => one.phase.Move is not null).ToArray();
        if (moves.Length > 0)
        {
            page.Add($"<section id=\"moves\"><h2>Versions that were set</h2><ul>\n");
            foreach (var (run, phase) in moves)
            {
                page.Add($"<li><b>{run.Run}</b>, after round {phase.Round}: {phase.Move!.Words}</li>\n");
            }

            page.Add($"</ul></section>\n");
        }
    }

    private static void Looks(Markup page, IEnumerable<(RunRecord Run, PhaseRecord Phase)> looks)
    {
        page.Add(
            $"<section id=\"gate\"><h2>Gate</h2><p class=\"sub\">After each update the new version was asked what the base model had been asked. A "
                + $"version that was not promoted is not used: the next round begins with the version that stood.</p>"
        );
        page.Add(
            $"<div class=\"scroll\"><table><thead><tr><th>run</th><th>version</th><th>rule</th><th>verdict</th><th>cases</th><th>found</th>"
                + $"<th>limit</th><th>why</th></tr></thead><tbody>\n"
        );
        foreach (var (run, phase) in looks)
        {
            foreach (var rule in phase.Gate!.Rules)
            {
                page.Add(
                    $"<tr><td class=\"row\"><b>{run.Run}</b></td><td>{phase.Round}</td><td>{rule.Rule}</td><td><b>{rule.Outcome.Word()}</b></td>"
                        + $"<td>{rule.Cases}</td><td>{rule.Measured}{(rule.Low is null ? "" : $" ({rule.Between})")}</td><td>{rule.Limit:0.###}</td><td class=\"row\">{rule.Told}"
                        + $"{Tasks(rule, phase.Phase)}</td></tr>\n"
                );
            }
        }

        page.Add($"</tbody></table></div></section>\n");
    }

    private static string Tasks(RuleVerdict rule, PhaseId look) =>
        rule.Worst.Count > 0 ? $"; most in {rule.CasesOf(look)} on {string.Join(", ", rule.Worst)}" : "";
}
