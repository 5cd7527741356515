using Seal.Core.Candidates;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Pages.Live;
using Seal.Reports.Charts;
using Seal.Reports.Html;

namespace Seal.Pages.Views;

/// <summary>One sweep: how far it is, what it has found so far, what went wrong, what happened.</summary>
internal static class SweepPage
{
    private const int MostRuns = 120,
        MostFailures = 15,
        MostEvents = 12;

    /// <param name="sweep">The sweep.</param>
    /// <param name="resume">The command that goes on with it, where no process runs it; else null.</param>
    public static string Write(SweepView sweep, string? resume) =>
        Layout.Page(
            sweep.Name,
            [(sweep.Name, Link.Sweep(sweep.Name))],
            sweep.IsEnded ? null : Link.Feed(sweep.Name),
            page =>
            {
                Heading(page, sweep, resume);
                Rounds(page, sweep);
                Table(page, sweep);
                Pieces.Failures(page, sweep.Name, sweep.Runs.SelectMany(run => run.Failures.Select(failure => (run.Name, failure))), MostFailures);
                Runs(page, sweep);
                Tasks(page, sweep);
                Happened(page, sweep);
            },
            sweep.Version
        );

    private static void Heading(Markup page, SweepView sweep, string? resume)
    {
        var state = sweep.State.State;
        page.Add($"<h1>{sweep.Name} <span class=\"state {sweep.Word}\">{sweep.Word}</span></h1>\n");
        page.Add($"<p class=\"lead\">{Count.Of(sweep.Runs.Count, "run")}, {sweep.State.Submission!.Training.Count} training and ");
        page.Add($"{sweep.State.Submission.Evaluation.Count} evaluation tasks");
        page.Add(
            $"{new Raw(sweep.Left is { } left ? $", {Pieces.About(left)} left" : "")}.</p>\n{Pieces.Bar(sweep.Share)}\n{new Raw(Layout.Buttons)}"
        );
        if (resume is not null)
        {
            page.Add($"<p class=\"warn\">No process runs it. Nothing that was committed is lost; go on with:</p><pre>{resume}</pre>\n");
        }

        if (
            sweep.Events.LastOrDefault(one => one.Kind == "waiting") is { } waiting
            && state == SweepState.Running
            && !waiting.Text.StartsWith("over", StringComparison.Ordinal)
        )
        {
            page.Add($"<p class=\"warn\">It waits: {waiting.Text}</p>\n");
        }

        foreach (var run in sweep.Runs.Where(run => run.Progress.Problem is not null))
        {
            page.Add($"<p class=\"warn\"><a href=\"{Link.Run(sweep.Name, run.Name)}\">{run.Name}</a>: {run.Progress.Problem}</p>\n");
        }

        var accounting = sweep.Runs.Aggregate(Accounting.Zero, (sum, run) => sum + run.Progress.Accounting);
        page.Add($"<div class=\"facts\">");
        Pieces.Fact(page, FormattableString.Invariant($"{100 * sweep.Share:0} %"), "done, all runs and phases taken as equally long");
        Pieces.Fact(page, Pieces.Spent(accounting.Seconds), "device time");
        Pieces.Fact(page, FormattableString.Invariant($"{accounting.Jobs:N0}"), "jobs done");
        Pieces.Fact(page, FormattableString.Invariant($"{accounting.CacheHits:N0}"), "inner loops looked up instead of run again");
        if (accounting.Attempts > accounting.Jobs)
        {
            Pieces.Fact(page, FormattableString.Invariant($"{accounting.Attempts - accounting.Jobs:N0}"), "attempts under way, handed back or lost");
        }

        page.Add($"</div>\n");
    }

    private static void Rounds(Markup page, SweepView sweep)
    {
        var learners = sweep
            .Runs.Where(run => run.Learns)
            .GroupBy(run => (run.Reading.Submitted.Cell, run.Reading.Submitted.Context.Arm.Name))
            .ToArray();
        if (learners.Length == 0)
        {
            return;
        }

        page.Add($"<section id=\"rounds\"><h2>Solved by round</h2><p class=\"sub\">Share of self-edits that solve their task, in per cent. ");
        page.Add(
            $"A dot is an outer seed, the line their mean. Training tasks are easier or harder than evaluation tasks: compare along a line.</p>"
        );
        page.Add($"<div class=\"charts\">");
        foreach (var learner in learners)
        {
            Chart(page, Name(sweep, learner.Key.Cell, learner.Key.Name), [.. learner]);
        }

        page.Add($"</div></section>\n");
    }

    /// <summary>The curves of an arm that learns, as far as they are.</summary>
    public static void Chart(Markup page, string name, IReadOnlyList<RunView> runs)
    {
        var series = new List<(string Name, string Colour, IReadOnlyList<(int Round, double[] Shares)> Rounds)>();
        foreach (
            var (kind, words, colour) in new[]
            {
                (PhaseKind.Train, "training tasks", "var(--s1)"),
                (PhaseKind.Evaluate, "evaluation tasks", "var(--s0)"),
            }
        )
        {
            var rounds = runs.SelectMany(run => run.Phases.Where(phase => phase.Phase.Kind == kind && phase.Share is not null))
                .GroupBy(phase => phase.Phase.Round)
                .OrderBy(round => round.Key)
                .Select(round => (round.Key, round.Select(phase => phase.Share!.Value).ToArray()))
                .ToArray();
            if (rounds.Length > 0)
            {
                series.Add((words, colour, rounds));
            }
        }

        if (series.Count == 0)
        {
            page.Add($"<figure><h3>{name}</h3><figcaption>No round has ended yet.</figcaption></figure>");
            return;
        }

        page.Add($"<figure><h3>{name}</h3>{RoundChart.Draw($"share solved by round, {name}", series, [])}<ul class=\"key\">");
        foreach (var (words, colour, _) in series)
        {
            page.Add($"<li><i class=\"{Svg.Swatch(colour)}\"></i>{words}</li>");
        }

        page.Add($"</ul></figure>");
    }

    private static void Table(Markup page, SweepView sweep)
    {
        if (sweep.Rows.Count == 0)
        {
            return;
        }

        page.Add(
            $"<section id=\"table\"><h2>Evaluations so far</h2><p class=\"sub\">Share of self-edits after which {Scores.Describe(sweep.Rows[0].Score)}, "
        );
        page.Add($"with its 95 % interval. Rows that need no run, such as constants, come with the report when the sweep has ended.</p>");
        page.Add(
            $"<div class=\"scroll\"><table><thead><tr><th>arm</th><th>rounds</th><th>solved</th><th></th><th class=\"wide-only\">self-edits</th>"
        );
        page.Add(
            $"<th class=\"wide-only\">invalid</th><th class=\"wide-only\">failed</th><th class=\"wide-only\">tasks solved</th></tr></thead><tbody>\n"
        );
        foreach (var row in sweep.Rows.Where(row => row.Candidates > 0))
        {
            var share = (double)row.Solved / row.Candidates;
            page.Add(
                $"<tr><td class=\"row\"><b>{Name(sweep, row.Cell, row.Arm)}</b></td><td>{row.Round}</td><td class=\"big\">{100 * share:0.0} %</td>"
            );
            page.Add(
                $"<td class=\"bar\">{Svg.IntervalBar(share, row.SolvedInterval, "var(--s0)")}</td><td class=\"wide-only\">{row.Candidates}</td>"
            );
            page.Add($"<td class=\"wide-only\">{row.Invalid}</td><td class=\"wide-only\">{row.Failed}</td>");
            page.Add($"<td class=\"wide-only\">{row.TasksSolved} of {row.Tasks}</td></tr>\n");
        }

        page.Add($"</tbody></table></div></section>\n");
    }

    private static void Runs(Markup page, SweepView sweep)
    {
        page.Add($"<section id=\"runs\"><h2>Runs</h2><div class=\"scroll\"><table><thead><tr><th>run</th><th>phase</th><th>candidates</th><th></th>");
        page.Add($"<th class=\"wide-only\">solved in it</th><th class=\"wide-only\">device time</th></tr></thead><tbody>\n");
        foreach (var run in sweep.Runs.Take(MostRuns))
        {
            var progress = run.Progress;
            page.Add($"<tr><td class=\"row\"><a href=\"{Link.Run(sweep.Name, run.Name)}\">{run.Name}</a></td><td>{progress.Phase}</td>");
            if (progress.Ended)
            {
                page.Add($"<td></td><td class=\"bar\">{Pieces.Bar(1)}</td><td class=\"wide-only\"></td>");
            }
            else
            {
                page.Add($"<td>{progress.CandidatesDone} of {progress.Candidates}</td><td class=\"bar\">{Pieces.Bar(run.Share)}</td>");
                page.Add($"<td class=\"wide-only\">{Pieces.Solved(progress.Solved, progress.Parts, progress.CandidatesDone)}</td>");
            }

            page.Add($"<td class=\"wide-only\">{Pieces.Spent(progress.Accounting.Seconds)}</td></tr>\n");
        }

        page.Add($"</tbody></table></div>");
        if (sweep.Runs.Count > MostRuns)
        {
            page.Add($"<p class=\"sub\">{sweep.Runs.Count - MostRuns} more runs are not listed.</p>");
        }

        page.Add($"</section>\n");
    }

    private static void Tasks(Markup page, SweepView sweep)
    {
        page.Add($"<section id=\"tasks\"><h2>Tasks</h2>");
        foreach (
            var (words, tasks) in new[]
            {
                ("training tasks", sweep.State.Submission!.Training),
                ("evaluation tasks", sweep.State.Submission.Evaluation),
                ("tasks for the gate", sweep.State.Submission.Retention ?? []),
            }.Where(set => set.Item2.Count > 0)
        )
        {
            page.Add($"<details class=\"more\"><summary>{tasks.Count} {words}</summary><ul class=\"names\">");
            foreach (var task in tasks)
            {
                page.Add($"<li><a href=\"{Link.Task(sweep.Name, task.Id)}\">{task.Id}</a></li>");
            }

            page.Add($"</ul></details>");
        }

        page.Add($"</section>\n");
    }

    private static void Happened(Markup page, SweepView sweep)
    {
        page.Add($"<section id=\"events\"><h2>Events</h2><ol class=\"events\" reversed=\"\" start=\"{sweep.Events.Count}\">\n");
        foreach (var one in sweep.Events.Reverse().Take(MostEvents))
        {
            EventLine(page, sweep.Name, one);
        }

        page.Add($"</ol><p><a href=\"{Link.Events(sweep.Name)}\">All {Count.Of(sweep.Events.Count, "event")}</a></p></section>\n");
    }

    public static void EventLine(Markup page, string sweep, SweepEvent one)
    {
        page.Add($"<li value=\"{one.Sequence}\"><b>{one.Kind}</b> ");
        if (one.Run is { } run)
        {
            page.Add($"<a href=\"{Link.Run(sweep, run)}\">{run}</a> ");
        }

        page.Add($"{one.Text}</li>\n");
    }

    /// <summary>An arm's name with its cell, where there are several.</summary>
    private static string Name(SweepView sweep, string cell, string arm) =>
        sweep.Runs.Select(run => run.Reading.Submitted.Cell).Distinct().Skip(1).Any() ? $"{cell} · {arm}" : arm;
}
