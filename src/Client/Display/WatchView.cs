using System.Globalization;
using Seal.Client.Showing;
using Seal.Grains.Abstractions;
using Seal.Pages.Live;
using Seal.Silo.Workers;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Seal.Client.Display;

/// <summary>
/// A sweep under way on one screen: its runs, what each round brought, every candidate of the phases that run, who computes, what came to nothing
/// last. Takes the height of the terminal and no more: what is worth least gives way first.
/// </summary>
internal static class WatchView
{
    private const int MostProblems = 3,
        BarWidth = 40,
        LeastStrip = 3,
        TableFrame = 4,
        Narrow = 100;

    /// <param name="status">The sweep.</param>
    /// <param name="workers">Slots of this process; none where another one hosts.</param>
    /// <param name="elapsed">Time watched.</param>
    /// <param name="left">How long it may still take, or null.</param>
    /// <param name="view">What its documents say; null while they have not been read.</param>
    /// <param name="width">Characters of a line.</param>
    /// <param name="height">Lines of the terminal.</param>
    public static IRenderable Draw(
        SweepStatus status,
        IReadOnlyList<DeviceWorker> workers,
        TimeSpan elapsed,
        TimeSpan? left,
        SweepView? view,
        int width,
        int height
    )
    {
        var problems = view is null ? [] : Problems(view).ToArray();
        var words = status.Runs.Where(run => run.Problem is not null).Select(run => $"{run.Run}: {run.Problem}").ToList();
        if (status.Waiting is { } waiting)
        {
            words.Insert(0, waiting);
        }

        // One line stays free: a terminal that is full to its last line scrolls.
        var room = height - 1 - (view is null ? 0 : 1) - workers.Count - words.Count - (problems.Length == 0 ? 0 : problems.Length + 2);
        var runs = RunLine.Of(status.Runs);
        var tableRows = Math.Clamp(room - TableFrame - 1 - (view is null ? 0 : LeastStrip + 3), 1, Math.Max(1, runs.Count));
        var lines = new List<IRenderable> { StatusView.Table(status, runs, tableRows, elapsed, left, isNarrow: width < Narrow) };
        room -= Math.Min(tableRows, runs.Count) + TableFrame + 1 + (runs.Count > tableRows ? 1 : 0);
        if (view is not null)
        {
            lines.Add(new Markup(Bar(view.Share)));
            // The candidates under way keep their few lines, their title and key.
            var trend = RoundTrend.Lines(view.Runs, width, room - LeastStrip - 3);
            if (trend.Count > 0)
            {
                Section(lines, trend.Select(line => (IRenderable)new Text(line)));
                room -= trend.Count + 1;
            }

            Section(lines, Strips(view, width, room - 1).Select(line => (IRenderable)new Markup(line) { Overflow = Overflow.Ellipsis }));
        }

        lines.AddRange(workers.Select(worker => new Markup(StatusView.Slot(status.Sweep, worker)) { Overflow = Overflow.Ellipsis }));
        if (problems.Length > 0)
        {
            Section(lines, problems.Append("[grey]Why: 'seal show' with the words before the colon.[/]").Select(Line));
        }

        lines.AddRange(words.Select(word => new Text(word)));
        return new Rows(lines);

        static IRenderable Line(string markup) => new Markup(markup) { Overflow = Overflow.Ellipsis };
    }

    /// <summary>The phases that run, those that a slot is at first, as long as there is room.</summary>
    private static IEnumerable<string> Strips(SweepView view, int width, int room)
    {
        var key = 1;
        var under = view
            .Runs.Where(run => run.Reading.Log.UnderWay is not null && run.Reading.Asked.Count > 0)
            .Select(run => (Run: run, Tasks: run.UnderWay.ToArray()))
            .ToArray();
        var begun = under.Where(run => run.Tasks.Any(task => task.Candidates.Any(HasBegun))).ToArray();
        under =
        [
            .. begun.Length > 0
                ? begun.OrderByDescending(run => run.Tasks.Any(task => task.Candidates.Any(candidate => candidate.Standing == Standing.Running)))
                : under.Take(1),
        ];
        foreach (var (run, tasks) in under)
        {
            if (room < key + 2)
            {
                yield break;
            }

            var drawn = TaskStrip.Lines(tasks, width, room - key - 1);
            yield return $"{Markup.Escape(run.Name)} [grey]{Markup.Escape(run.Progress.Phase)}, tasks and their self-edits[/]";
            foreach (var line in drawn)
            {
                yield return line;
            }

            if (key == 1)
            {
                yield return $"[grey]{CandidateMark.Key}[/]";
            }

            room -= drawn.Count + 1 + key;
            key = 0;
        }
    }

    private static bool HasBegun(CandidateView candidate) => candidate.Standing is not (Standing.Asked or Standing.Waiting);

    private static IEnumerable<string> Problems(SweepView view) =>
        view
            .Runs.SelectMany(run => run.Failures.Take(MostProblems).Select(failure => (run.Name, Failure: failure)))
            .OrderByDescending(problem => problem.Failure.Phase.Round)
            .Take(MostProblems)
            .Select(problem =>
                $"[red]{Markup.Escape(problem.Failure.Word)}[/] {Markup.Escape(Address.Of(problem.Name, problem.Failure))}: "
                + Markup.Escape(problem.Failure.Reason.ReplaceLineEndings(" "))
            );

    private static string Bar(double share)
    {
        var full = (int)Math.Round(Math.Clamp(share, 0, 1) * BarWidth);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"[green]{new string('█', full)}[/][grey]{new string('░', BarWidth - full)}[/] {100 * share:0} %"
        );
    }

    private static void Section(List<IRenderable> lines, IEnumerable<IRenderable> section)
    {
        IRenderable[] drawn = [.. section];
        if (drawn.Length > 0)
        {
            lines.Add(new Text(""));
            lines.AddRange(drawn);
        }
    }
}
