using System.Globalization;
using Seal.Core.Sweeps;
using Seal.Pages.Live;
using Seal.Reports.Html;

namespace Seal.Pages.Views;

/// <summary>One run: what each round brought, every candidate of a phase, what the policy chose.</summary>
internal static class RunPage
{
    private const int MostFailures = 12;

    /// <param name="sweep">The sweep.</param>
    /// <param name="run">The run.</param>
    /// <param name="phase">The phase whose candidates are shown.</param>
    /// <param name="tasks">Its tasks with their candidates.</param>
    public static string Write(
        SweepView sweep,
        RunView run,
        PhaseId? phase,
        IReadOnlyList<(string Task, IReadOnlyList<CandidateView> Candidates)> tasks
    ) =>
        Layout.Page(
            run.Name,
            [(sweep.Name, Link.Sweep(sweep.Name)), (run.Name, Link.Run(sweep.Name, run.Name))],
            run.Progress.Ended ? null : Link.Feed(sweep.Name),
            page =>
            {
                var (context, progress) = (run.Reading.Submitted.Context, run.Progress);
                page.Add($"<h1>{run.Name} <span class=\"state {(progress.Ended ? "completed" : "running")}\">{progress.Phase}</span></h1>\n");
                page.Add($"<p class=\"lead\">Arm {context.Arm.Name}, outer seed {context.Seed}, phase ");
                page.Add($"{Math.Min(progress.PhaseIndex + 1, progress.Phases)} of {progress.Phases}.</p>\n{Pieces.Bar(run.Share)}\n");
                if (progress.Problem is { } problem)
                {
                    page.Add($"<p class=\"warn\">{problem}</p>\n");
                }

                if (run.Learns)
                {
                    page.Add($"<section id=\"rounds\"><h2>Solved by round</h2><div class=\"charts\">");
                    SweepPage.Chart(page, context.Arm.Name, [run]);
                    page.Add($"</div></section>\n");
                }

                Phases(page, sweep, run, phase);
                Map(page, sweep, run, phase, tasks);
                Choices(page, run, phase);
                Pieces.Failures(page, sweep.Name, run.Failures.Select(failure => (run.Name, failure)), MostFailures);
            },
            sweep.Version
        );

    private static void Phases(Markup page, SweepView sweep, RunView run, PhaseId? shown)
    {
        if (run.Phases.Count == 0)
        {
            return;
        }

        page.Add($"<section id=\"phases\"><h2>Phases</h2><p class=\"sub\"><i>Mixed</i> are tasks whose self-edits got different rewards: only ");
        page.Add(
            $"they teach which one is better. <i>Kept</i> are the self-edits that the policy was trained on.</p><div class=\"scroll\"><table><thead><tr>"
        );
        page.Add($"<th>phase</th><th>candidates</th><th>solved</th><th class=\"wide-only\">valid</th><th class=\"wide-only\">different</th>");
        page.Add(
            $"<th>mixed</th><th class=\"wide-only\">mean reward</th><th>kept</th><th class=\"wide-only\">update, or gate</th></tr></thead><tbody>\n"
        );
        foreach (var phase in run.Phases)
        {
            var mark = new Raw(phase.Phase == shown ? " class=\"shown\"" : "");
            page.Add($"<tr{mark}><td class=\"row\"><a href=\"{Link.Phase(sweep.Name, run.Name, phase.Phase)}\">{phase.Phase}</a></td>");
            page.Add($"<td>{phase.Candidates}</td><td class=\"big\">{Pieces.Share(phase.Solved, phase.Candidates)}</td>");
            page.Add($"<td class=\"wide-only\">{Pieces.Share(phase.Valid, phase.Candidates)}</td><td class=\"wide-only\">{phase.Different}</td>");
            page.Add($"<td>{Pieces.Share(phase.Mixed, phase.Tasks)}</td><td class=\"wide-only\">{Pieces.Number(phase.Reward)}</td>");
            page.Add($"<td>{(phase.Phase.IsRound ? phase.Entry.Kept.ToString(CultureInfo.InvariantCulture) : "")}</td>");
            page.Add($"<td class=\"wide-only\">{Loss(phase)}</td></tr>\n");
        }

        page.Add($"</tbody></table></div></section>\n");
    }

    private static string Loss(PhaseSummary phase) =>
        phase.Entry.Update switch
        {
            null => phase.Entry.Said ?? "",
            { Failure: { } failure } => failure,
            var update => $"{Pieces.Number(update.FirstLoss)} → {Pieces.Number(update.LastLoss)}",
        };

    private static void Map(
        Markup page,
        SweepView sweep,
        RunView run,
        PhaseId? phase,
        IReadOnlyList<(string Task, IReadOnlyList<CandidateView> Candidates)> tasks
    )
    {
        if (phase is not { } shown || tasks.Count == 0)
        {
            return;
        }

        page.Add($"<section id=\"map\"><h2>Tasks × candidates, {shown}</h2><div class=\"scroll pad\">");
        page.Add($"{CandidateMap.Draw(sweep.Name, run.Name, shown, tasks)}</div>{CandidateMap.Key}</section>\n");
    }

    private static void Choices(Markup page, RunView run, PhaseId? shown)
    {
        if (run.Phases.FirstOrDefault(phase => phase.Phase == shown) is not { Choices.Count: > 0 } summary)
        {
            return;
        }

        page.Add($"<section id=\"choices\"><h2>What was chosen, {summary.Phase}</h2><div class=\"scroll\"><table><tbody>\n");
        foreach (var (edit, count) in summary.Choices)
        {
            page.Add($"<tr><td class=\"row\">{Pieces.Edit(edit)}</td><td>{count}</td>");
            page.Add($"<td class=\"bar\">{Pieces.Bar((double)count / Math.Max(1, summary.Candidates))}</td></tr>\n");
        }

        page.Add($"</tbody></table></div></section>\n");
    }
}
