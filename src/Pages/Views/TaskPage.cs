using Seal.Core.Sweeps;
using Seal.Pages.Live;
using Seal.Reports.Html;

namespace Seal.Pages.Views;

/// <summary>One task: what it is, and what every run did with it.</summary>
internal static class TaskPage
{
    /// <param name="sweep">The sweep.</param>
    /// <param name="task">Its id.</param>
    /// <param name="document">The task itself, drawn as its domain draws it.</param>
    /// <param name="tried">What was tried on it: run, phase and candidates, in plan order.</param>
    public static string Write(
        SweepView sweep,
        string task,
        Raw document,
        IReadOnlyList<(RunView Run, PhaseId Phase, IReadOnlyList<CandidateView> Candidates)> tried
    ) =>
        Layout.Page(
            task,
            [(sweep.Name, Link.Sweep(sweep.Name)), (task, Link.Task(sweep.Name, task))],
            sweep.IsEnded ? null : Link.Feed(sweep.Name),
            page =>
            {
                var labels = SweepContents.Task(sweep, task)?.Labels;
                var set = SweepContents.SetOf(sweep, task);
                page.Add($"<h1>{task}</h1><p class=\"lead\">{char.ToUpperInvariant(set[0])}{set[1..]} task");
                page.Add($"{(labels is null ? "" : $", family {labels.Family}, kind {labels.Kind}")}.</p>\n{document}");
                page.Add($"<section id=\"tried\"><h2>What was tried on it</h2>");
                if (tried.Count == 0)
                {
                    page.Add($"<p>Nothing yet.</p></section>\n");
                    return;
                }

                page.Add(
                    $"<div class=\"scroll\"><table><thead><tr><th>run and phase</th><th>solved</th><th class=\"left\">candidates</th></tr></thead><tbody>\n"
                );
                foreach (var (run, phase, candidates) in tried)
                {
                    page.Add($"<tr><td class=\"row\"><a href=\"{Link.Phase(sweep.Name, run.Name, phase)}\">{run.Name} · {phase}</a></td>");
                    page.Add($"<td>{candidates.Count(one => one.Standing == Standing.Solved)} of {candidates.Count}</td>");
                    page.Add($"<td class=\"left\">{CandidateMap.Strip(sweep.Name, run.Name, phase, task, candidates)}</td></tr>\n");
                }

                page.Add($"</tbody></table></div>{CandidateMap.Key}</section>\n");
            },
            sweep.Version
        );
}
