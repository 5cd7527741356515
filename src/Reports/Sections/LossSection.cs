using Seal.Core.Candidates;
using Seal.Core.Results;
using Seal.Core.Sweeps;
using Seal.Reports.Charts;
using Seal.Reports.Html;

namespace Seal.Reports.Sections;

/// <summary>How inner loops train.</summary>
internal static class LossSection
{
    private const int Most = 36,
        MostFigures = 12;

    public static void Write(Markup page, ReportData data)
    {
        page.Add(
            $"<section id=\"loss\"><h2>Loss of inner loops</h2><p class=\"sub\">Loss before each step, logarithmic, on the self-edit’s own training "
                + $"texts. Green: the task was solved; orange: it was not. At most {Most} curves a figure, evenly chosen.</p><div class=\"charts "
                + $"wide\">\n"
        );
        var groups = data
            .Results.Runs.SelectMany(run =>
                run.Phases.Where(phase => !phase.Phase.IsShow && !phase.Phase.IsCheck && !phase.Phase.IsGate).Select(phase => (run, phase))
            )
            .GroupBy(item => (item.run.Cell, item.run.Arm, Kind: Kind(item.phase), item.phase.Round));
        var shown = 0;
        foreach (var group in groups)
        {
            var trained = group
                .SelectMany(item => item.phase.Tasks)
                .SelectMany(task => task.Candidates)
                .Where(candidate => candidate is { DuplicateOf: null, Trial: { Steps: > 1, Details: not null } })
                .ToArray();
            if (trained.Length == 0 || shown == MostFigures)
            {
                continue;
            }

            var score = group.First().run.Score;
            var curves = Evenly(trained)
                .Select(candidate => (data.Details(candidate)?.Losses ?? [], candidate.Solves(score)))
                .Where(curve => curve.Item1.Count > 1)
                .ToArray();
            if (curves.Length > 0)
            {
                shown++;
                var name = $"{data.Name(group.Key.Cell, group.Key.Arm)}{group.Key.Kind}";
                page.Add(
                    $"<figure><h3>{name}</h3>{LossChart.Draw($"loss by step, {name}", curves)}<figcaption>steps · "
                        + $"{trained.Count(candidate => candidate.Solves(score))} of {trained.Length} solved</figcaption></figure>\n"
                );
            }
        }

        page.Add($"</div></section>\n");
    }

    private static string Kind(PhaseRecord phase) =>
        phase.Phase.IsRound ? FormattableString.Invariant($", round {phase.Round}")
        : phase.Phase.Kind == PhaseKind.TableTrain ? ", training tasks"
        : phase.Phase.IsTable ? ", evaluation tasks"
        : phase.Round == 0 ? ""
        : FormattableString.Invariant($", evaluation after {phase.Round}");

    private static IEnumerable<CandidateRecord> Evenly(CandidateRecord[] all) =>
        all.Length <= Most ? all : Enumerable.Range(0, Most).Select(i => all[(int)((long)i * all.Length / Most)]);
}
