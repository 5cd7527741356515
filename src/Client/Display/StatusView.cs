using System.Globalization;
using Seal.Core.Results;
using Seal.Grains.Abstractions;
using Seal.Pages.Live;
using Seal.Pages.Views;
using Seal.Silo.Workers;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Seal.Client.Display;

/// <summary>A sweep's progress and results as tables.</summary>
internal static class StatusView
{
    /// <summary>The word for a sweep that has not ended and that no process runs.</summary>
    public const string Interrupted = Words.Interrupted;

    /// <param name="status">The sweep.</param>
    /// <param name="workers">Slots of this process; none where another one hosts.</param>
    /// <param name="elapsed">Time watched, or null.</param>
    /// <param name="state">The word for the state, where the status does not know it.</param>
    /// <param name="left">How long it may still take, or null.</param>
    public static IRenderable Progress(
        SweepStatus status,
        IReadOnlyList<DeviceWorker> workers,
        TimeSpan? elapsed,
        string? state = null,
        TimeSpan? left = null
    )
    {
        var runs = RunLine.Of(status.Runs);
        var lines = new List<IRenderable> { Table(status, runs, runs.Count, elapsed, left, state) };
        foreach (var worker in workers)
        {
            lines.Add(new Markup(Slot(status.Sweep, worker)) { Overflow = Overflow.Ellipsis });
        }

        if (status.Waiting is { } waiting)
        {
            lines.Add(new Text(waiting));
        }

        foreach (var run in status.Runs.Where(run => run.Problem is not null))
        {
            lines.Add(new Text($"{run.Run}: {run.Problem}"));
        }

        return new Rows(lines);
    }

    /// <summary>How far each run is.</summary>
    /// <param name="status">The sweep.</param>
    /// <param name="runs">Its lines.</param>
    /// <param name="most">Lines there is room for: those that run come first.</param>
    /// <param name="elapsed">Time watched, or null.</param>
    /// <param name="left">How long it may still take, or null.</param>
    /// <param name="state">The word for the state, where the status does not know it.</param>
    /// <param name="isNarrow">Leaves out the jobs, so that names need not be broken.</param>
    public static IRenderable Table(
        SweepStatus status,
        IReadOnlyList<RunLine> runs,
        int most,
        TimeSpan? elapsed,
        TimeSpan? left = null,
        string? state = null,
        bool isNarrow = false
    )
    {
        Column[] columns =
        [
            "run",
            "phase",
            Column.Number("tasks"),
            Column.Number("edits"),
            Column.Number("solved"),
            Column.Number("jobs"),
            Column.Number("steps"),
        ];
        var table = new FittedTable(
            Line($"sweep {status.Sweep}: {state ?? Word(status.State)}{(elapsed is { } time ? Line($", {time:hh\\:mm\\:ss}") : "")}{Left(left)}"),
            [.. columns.Where(IsShown)]
        );

        foreach (var line in runs.Count <= most ? runs : runs.OrderBy(line => line.Ended).Take(most))
        {
            string[] cells =
            [
                Markup.Escape(line.Name),
                line.Ended ? "[green]ended[/]" : Markup.Escape(line.Phase),
                line.Ended ? "" : Line($"{line.Tasks.Done}/{line.Tasks.All}"),
                line.Ended ? "" : Line($"{line.Candidates.Done}/{line.Candidates.All}"),
                line.Ended ? "" : Solved(line),
                line.Jobs.ToString(CultureInfo.InvariantCulture),
                line.Steps.ToString(CultureInfo.InvariantCulture),
            ];
            table.AddRow([.. cells.Where((_, i) => IsShown(columns[i]))]);
        }

        return runs.Count <= most
            ? table
            : new Rows(table, new Markup(Line($"[grey]and {runs.Count - most} more lines, {runs.Count(line => line.Ended)} of all ended[/]")));

        bool IsShown(Column column) => !isNarrow || column.Heading != "jobs";

        static string Line(FormattableString line) => FormattableString.Invariant(line);
    }

    /// <summary>What a slot is at, on one line.</summary>
    public static string Slot(string sweep, DeviceWorker worker)
    {
        if (worker.Current is not { } current)
        {
            return $"[grey]{worker.Name} waits[/]";
        }

        var job = current.Job.JobId.StartsWith(sweep + "/", StringComparison.Ordinal) ? current.Job.JobId[(sweep.Length + 1)..] : current.Job.JobId;
        var steps = current.Progress.Total > 0 ? FormattableString.Invariant($" {current.Progress.Step}/{current.Progress.Total}") : "";
        var loss = current.Progress.Loss is { } value && double.IsFinite(value) ? FormattableString.Invariant($" loss {value:0.000}") : "";
        return $"[grey]{worker.Name}[/] {current.Job.Kind} {Markup.Escape(job)}{steps}{loss}";
    }

    private static string Solved(RunLine line) => Pieces.Solved(line.Solved, line.Parts, line.Candidates.Done);

    private static string Left(TimeSpan? left) => left is { } time ? $", {Pieces.About(time)} left" : "";

    /// <summary>One line, for logs.</summary>
    public static string OneLine(SweepStatus status, TimeSpan elapsed, TimeSpan? left = null)
    {
        var runs = RunLine
            .Of(status.Runs)
            .Select(line =>
                line.Ended
                    ? $"{line.Name} ended"
                    : FormattableString.Invariant($"{line.Name} {line.Phase} {line.Candidates.Done}/{line.Candidates.All} solved {Solved(line)}")
            );
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{elapsed:hh\\:mm\\:ss}{Left(left)} {status.Sweep}{Standing(status)}: "
                + $"{(status.Runs.Count == 0 ? "starting" : string.Join("; ", runs))}{(status.Waiting is { } waiting ? $"; {waiting}" : "")}"
        );
    }

    /// <summary>A sweep that stands says how it goes on.</summary>
    private static string Standing(SweepStatus status) =>
        status.State == SweepState.Paused ? " (paused; go on with 'seal sweep resume' or the page's button)" : "";

    /// <summary>The sweeps of a store.</summary>
    public static IRenderable List(IReadOnlyList<(SweepStatus Status, string State)> sweeps)
    {
        var table = new FittedTable(null, "sweep", "state", Column.Number("runs ended"), Column.Number("jobs"), "report");

        foreach (var (status, state) in sweeps)
        {
            table.AddRow(
                Markup.Escape(status.Sweep),
                state,
                FormattableString.Invariant($"{status.Runs.Count(run => run.Ended)}/{status.Runs.Count}"),
                status.Accounting.Jobs.ToString(CultureInfo.InvariantCulture),
                status.ReportSha256?[..12] ?? ""
            );
        }

        return table;
    }

    /// <summary>The table of a sweep. Columns that say the same in every row are left out.</summary>
    public static IRenderable Results(IReadOnlyList<ResultRow> rows)
    {
        (string Name, bool Shown, Func<ResultRow, string> Text)[] columns =
        [
            ("cell", rows.Select(row => row.Cell).Distinct().Count() > 1, row => row.Cell),
            ("arm", true, row => row.Arm),
            ("rounds", true, row => $"{row.Round}"),
            ("edits", true, row => $"{row.Candidates}"),
            ("solved", true, row => Share(row.Solved, row.Candidates)),
            ("95 %", true, row => FormattableString.Invariant($"{100 * row.SolvedInterval.Low:0}–{100 * row.SolvedInterval.High:0}")),
            ("plain", rows.Any(row => row.Score is not null), row => Share(row.Exact, row.Candidates)),
            ("vote", rows.Any(row => row.VoteTop1 is not null), row => row.VoteTop1 is { } hits ? Share(hits, row.Candidates) : "–"),
            ("top 2", rows.Any(row => row.VoteTop2 is not null), row => row.VoteTop2 is { } hits ? Share(hits, row.Candidates) : "–"),
            ("tasks", true, row => $"{row.TasksSolved}/{row.Tasks}"),
            ("invalid", rows.Any(row => row.Invalid > 0), row => $"{row.Invalid}"),
            ("failed", rows.Any(row => row.Failed > 0), row => $"{row.Failed}"),
            ("steps in all", true, row => $"{row.Steps}"),
        ];
        var shown = columns.Where(column => column.Shown).ToArray();
        var table = new FittedTable(
            "evaluation",
            [.. shown.Select(column => new Column(column.Name, IsNumber: column.Name is not ("cell" or "arm")))]
        );

        foreach (var row in rows)
        {
            table.AddRow([.. shown.Select(column => Markup.Escape(column.Text(row)))]);
        }

        return table;
    }

    /// <summary>The silos of a cluster.</summary>
    public static IRenderable Silos(IReadOnlyList<SiloReport> silos)
    {
        var table = new FittedTable(
            null,
            "silo",
            "role",
            "state",
            Column.Number("slots"),
            Column.Number("open"),
            Column.Number("busy"),
            "numeric classes"
        );

        foreach (var silo in silos)
        {
            var state = silo.State == "working" ? "[green]working[/]" : $"[red]{Markup.Escape(silo.State)}[/]";
            table.AddRow(
                Markup.Escape(silo.Silo),
                Markup.Escape(silo.Role),
                state,
                Number(silo.Slots),
                Number(silo.OpenSlots),
                Number(silo.Busy),
                Markup.Escape(string.Join(", ", silo.NumericClasses))
            );
        }

        return table;

        static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);
    }

    public static string Word(SweepState state) => Words.Of(state);

    private static string Share(double part, int whole) => whole == 0 ? "–" : FormattableString.Invariant($"{part:0.#} ({100.0 * part / whole:0} %)");
}
