using System.Text.Json;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Programs;
using Seal.Core.Sweeps;
using Seal.Silo.Reading;

namespace Seal.Pages.Live;

/// <summary>What page and console show of a run, a task or a candidate beyond a sweep's view: the few documents of its own are read when it is asked
/// for.</summary>
internal sealed class SweepContents(SweepReader reader, TrialTextReader texts)
{
    /// <summary>The phase that is shown of a run unless another is asked for: the one under way, else the last one.</summary>
    public static PhaseId? ShownPhase(RunView run) =>
        run.Reading.Log.UnderWay?.Phase ?? run.Phases.LastOrDefault(one => !one.Phase.IsShow && !one.Phase.IsMove)?.Phase;

    /// <summary>The tasks of a phase with their candidates, ended or under way; null where the run has no such phase (yet).</summary>
    public async Task<IReadOnlyList<(string Task, IReadOnlyList<CandidateView> Candidates)>?> Candidates(
        RunView run,
        PhaseId phase,
        CancellationToken cancellation
    ) =>
        phase == run.Reading.Log.UnderWay?.Phase ? [.. run.UnderWay]
        : run.Phases.FirstOrDefault(one => one.Phase == phase) is not { } ended ? null
        :
        [
            .. (await reader.TasksOf(ended.Entry, cancellation)).Tasks.Select(task =>
                (task.Task, (IReadOnlyList<CandidateView>)[.. task.Candidates.Select(candidate => CandidateView.Of(candidate, run.ScoreIn(phase)))])
            ),
        ];

    /// <summary>What every run tried on a task, in plan order.</summary>
    public async Task<IReadOnlyList<(RunView Run, PhaseId Phase, IReadOnlyList<CandidateView> Candidates)>> Tried(
        SweepView view,
        string task,
        CancellationToken cancellation
    )
    {
        var tried = new List<(RunView, PhaseId, IReadOnlyList<CandidateView>)>();
        foreach (var run in view.Runs)
        {
            foreach (var phase in run.Phases.Where(phase => !phase.Phase.IsShow))
            {
                var records = (await reader.TasksOf(phase.Entry, cancellation)).Tasks;
                if (records.FirstOrDefault(record => record.Task == task) is { } record)
                {
                    tried.Add((run, phase.Phase, [.. record.Candidates.Select(candidate => CandidateView.Of(candidate, run.ScoreIn(phase.Phase)))]));
                }
            }

            if (run.Reading.Log.UnderWay is { Phase: var under } && run.UnderWay.FirstOrDefault(one => one.Task == task) is { Task: not null } now)
            {
                tried.Add((run, under, now.Candidates));
            }
        }

        return tried;
    }

    /// <summary>The documents of a task in a phase of a run; null where the phase has no such task, or has not begun with it.</summary>
    public Task<TaskReading?> TaskOf(RunView run, PhaseId phase, string task, CancellationToken cancellation) =>
        reader.TaskOf(run.Reading.Submitted.Context, phase, task, cancellation);

    /// <summary>Losses and predictions of a candidate's trial; null where there are none (yet).</summary>
    public async Task<TrialDetails?> Details(TaskReading task, int index, CancellationToken cancellation)
    {
        var sha256 =
            task.State.Ended?.Record?.Candidates.ElementAtOrDefault(index)?.Trial?.Details
            ?? (CandidateView.PackOf(task, index) is var (pack, slot) ? pack.Outcome?.Trials?[slot]?.Details : null);
        return sha256 is not null && await reader.Blob(sha256, cancellation) is { } bytes ? Parsed(bytes) : null;
    }

    /// <summary>A task's document; null where the store no longer has it, or the sweep has no such task.</summary>
    public async Task<byte[]?> Document(SweepView view, string task, CancellationToken cancellation) =>
        Reference(view, task) is { } sha256 ? await reader.Blob(sha256, cancellation) : null;

    /// <summary>What a candidate's model read, or why that cannot be told here.</summary>
    public async Task<(TrialTexts? Texts, string? Problem)> Texts(
        SweepView view,
        RunView run,
        PhaseId phase,
        string task,
        CandidateView candidate,
        CancellationToken cancellation
    ) =>
        await Document(view, task, cancellation) is { } document
            ? await texts.Read(
                run.Reading.Submitted.Context,
                phase,
                view.State.Submission!.Model.BaseSha256,
                task,
                document,
                candidate.Payload,
                cancellation
            )
            : (null, "the store no longer has this task.");

    /// <summary>A task of the sweep; null where it has none of this name.</summary>
    public static TaskRef? Task(SweepView view, string task) => view.State.Submission!.Tasks.FirstOrDefault(one => one.Id == task);

    /// <summary>What the sweep has it for: <c>training</c>, <c>evaluation</c>, or <c>retention</c> where only the gate asks it.</summary>
    public static string SetOf(SweepView view, string task) =>
        view.State.Submission!.Training.Any(one => one.Id == task) ? "training"
        : view.State.Submission.Evaluation.Any(one => one.Id == task) ? "evaluation"
        : "retention";

    private static string? Reference(SweepView view, string task) => Task(view, task)?.Sha256;

    private static TrialDetails? Parsed(byte[] bytes)
    {
        try
        {
            return SealJson.Parse<TrialDetails>(bytes);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
