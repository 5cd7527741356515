using System.Globalization;
using Seal.Client.Display;
using Seal.Core.Sweeps;
using Seal.Pages.Live;
using Seal.Pages.Views;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Seal.Client.Showing;

/// <summary>A run, or one phase of it.</summary>
/// <param name="View">Its sweep.</param>
/// <param name="Run">The run.</param>
/// <param name="Asked">The phase that was asked for; null for the whole run.</param>
/// <param name="Phase">The phase whose candidates are shown; null while none has begun.</param>
/// <param name="Tasks">Its tasks with their candidates.</param>
internal sealed record ShownRun(
    SweepView View,
    RunView Run,
    PhaseId? Asked,
    PhaseId? Phase,
    IReadOnlyList<(string Task, IReadOnlyList<CandidateView> Candidates)> Tasks
) : IShown
{
    private const int MostFailures = 10,
        EveryLine = int.MaxValue;

    private IEnumerable<PhaseSummary> Summaries => Run.Phases.Where(phase => Asked is null || phase.Phase == Asked);

    public IEnumerable<IRenderable> Pictures(int width)
    {
        var (context, progress) = (Run.Reading.Submitted.Context, Run.Progress);
        yield return new Text(
            string.Create(
                CultureInfo.InvariantCulture,
                $"run {Run.Name} of sweep {View.Name}: arm {context.Arm.Name}, outer seed {context.Seed}, "
                    + $"{(progress.Ended ? "ended" : $"{progress.Phase}, phase {progress.PhaseIndex + 1} of {progress.Phases}")}\n"
            )
        );
        if (progress.Problem is { } problem)
        {
            yield return new Text(problem + "\n");
        }

        PhaseSummary[] summaries = [.. Summaries];
        if (summaries.Length > 0)
        {
            yield return Table(summaries);
        }

        if (Phase is { } shown && Tasks.Count > 0)
        {
            yield return new Text($"\n{shown}: tasks and their self-edits\n");
            foreach (var line in TaskStrip.Lines(Tasks, width, EveryLine).Append($"[grey]{CandidateMark.Key}[/]"))
            {
                yield return new Markup(line + "\n");
            }
        }

        if (Run.Phases.FirstOrDefault(phase => phase.Phase == Phase) is { Choices.Count: > 0 } chosen)
        {
            var table = new FittedTable($"\nchosen most in {Phase}", Column.Number("times"), "self-edit");
            foreach (var (edit, count) in chosen.Choices)
            {
                table.AddRow(Number(count), Markup.Escape(Pieces.Edit(edit)));
            }

            yield return table;
        }

        Failure[] failures = [.. Failures.Take(MostFailures)];
        if (failures.Length > 0)
        {
            yield return new Text("\ncame to nothing\n");
        }

        foreach (var failure in failures)
        {
            yield return new Markup(
                $"  [red]{failure.Word}[/] {Markup.Escape(Address.Of(Run.Name, failure))}: {Markup.Escape(Pieces.Line(failure.Reason))}\n"
            );
        }
    }

    public object ToDocument() =>
        new
        {
            sweep = View.Name,
            run = Run.Name,
            arm = Run.Reading.Submitted.Context.Arm.Name,
            seed = Run.Reading.Submitted.Context.Seed,
            ended = Run.Progress.Ended,
            phase = Asked?.ToString() ?? Run.Progress.Phase,
            problem = Run.Progress.Problem,
            phases = Summaries.Select(phase => new
            {
                phase = phase.Phase.ToString(),
                candidates = phase.Candidates,
                solved = phase.Solved,
                valid = phase.Valid,
                different = phase.Different,
                tasks = phase.Tasks,
                mixed = phase.Mixed,
                meanReward = phase.Reward,
                kept = phase.Entry.Kept,
                update = phase.Entry.Update,
                choices = phase.Choices.Select(choice => new { selfEdit = choice.Edit, times = choice.Count }),
            }),
            shown = Phase?.ToString(),
            tasks = Tasks.Select(task => new { task = task.Task, candidates = task.Candidates.Select(CandidateEntry.Of) }),
            failures = Failures.Select(failure => new
            {
                candidate = Address.Of(Run.Name, failure),
                state = failure.Word,
                reason = failure.Reason,
            }),
        };

    private IEnumerable<Failure> Failures => Run.Failures.Where(failure => Asked is null || failure.Phase == Asked);

    private static FittedTable Table(IReadOnlyList<PhaseSummary> phases)
    {
        var table = new FittedTable(
            null,
            "phase",
            Column.Number("edits"),
            Column.Number("solved"),
            Column.Number("valid"),
            Column.Number("different"),
            Column.Number("mixed"),
            Column.Number("reward"),
            Column.Number("kept"),
            "update, or gate"
        );
        foreach (var phase in phases)
        {
            table.AddRow(
                Markup.Escape(phase.Phase.ToString()),
                Number(phase.Candidates),
                Pieces.Share(phase.Solved, phase.Candidates),
                Pieces.Share(phase.Valid, phase.Candidates),
                Number(phase.Different),
                Pieces.Share(phase.Mixed, phase.Tasks),
                Pieces.Number(phase.Reward),
                phase.Phase.IsRound ? Number(phase.Entry.Kept) : "",
                phase.Entry.Update switch
                {
                    null => Markup.Escape(phase.Entry.Said ?? ""),
                    { Failure: { } failure } => Markup.Escape(failure),
                    var update => $"{Pieces.Number(update.FirstLoss)} → {Pieces.Number(update.LastLoss)}",
                }
            );
        }

        return table;
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
