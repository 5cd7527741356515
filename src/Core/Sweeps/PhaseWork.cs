using Seal.Core.Results;

namespace Seal.Core.Sweeps;

/// <summary>What a phase asks of one task.</summary>
/// <param name="Task">The task's id.</param>
/// <param name="Candidates">Self-edits asked for; a proposer may have fewer.</param>
/// <param name="Given">The self-edits themselves, where they are those of an earlier phase; null where the arm proposes.</param>
public sealed record PhaseTask(string Task, int Candidates, IReadOnlyList<string>? Given);

/// <summary>What a phase of a run asks for. Pure: the grid that runs it and whoever reads a store count by the same rule.</summary>
public static class PhaseWork
{
    /// <summary>The phase's tasks in order. A check leaves out the tasks that it has no self-edits for.</summary>
    /// <param name="phase">The phase.</param>
    /// <param name="settings">The run's.</param>
    /// <param name="training">Ids of the training tasks.</param>
    /// <param name="evaluation">Ids of the evaluation tasks.</param>
    /// <param name="ended">The run's phases that have ended; of a check the one that it looks back at is enough (<see cref="Origin"/>).</param>
    public static IReadOnlyList<PhaseTask> Of(
        RunPhase phase,
        RunSettings settings,
        IReadOnlyList<string> training,
        IReadOnlyList<string> evaluation,
        IReadOnlyList<PhaseRecord> ended
    )
    {
        var tasks = phase.Trains ? training : evaluation;
        if (phase.Check == PhaseCheck.None)
        {
            return [.. tasks.Select(task => new PhaseTask(task, Candidates(phase, settings), null))];
        }

        var given = tasks.Select(task => (Task: task, Edits: Given(phase, settings, task, ended)));
        return [.. given.Where(task => task.Edits.Count > 0).Select(task => new PhaseTask(task.Task, task.Edits.Count, task.Edits))];
    }

    /// <summary>Self-edits of each task where the arm proposes them.</summary>
    public static int Candidates(RunPhase phase, RunSettings settings) =>
        phase switch
        {
            { Shows: true } => 1,
            { Replicate: not null } => settings.Proposal.TableEdits,
            { Trains: true } => settings.Proposal.Candidates,
            _ => settings.Proposal.EvaluationCandidates,
        };

    /// <summary>The earlier phase whose self-edits a check tries once more.</summary>
    public static PhaseId Origin(RunPhase check) =>
        new RunPhase(check.Check == PhaseCheck.OldOnNew ? 0 : check.Round, check.Check == PhaseCheck.Again).Id;

    /// <summary>The valid self-edits of an earlier phase that a check tries once more: what a round kept, each once; what an evaluation tried, in
    /// order.</summary>
    public static IReadOnlyList<string> Given(RunPhase check, RunSettings settings, string task, IReadOnlyList<PhaseRecord> ended)
    {
        var again = check.Check == PhaseCheck.Again;
        var origin = Origin(check);
        var candidates = ended.FirstOrDefault(phase => phase.Phase == origin)?.Tasks.FirstOrDefault(record => record.Task == task)?.Candidates ?? [];
        var payloads = candidates
            .Where(candidate => !again || candidate.Reward > settings.Reward.Threshold)
            .Select(candidate => candidate.Payload)
            .OfType<string>();
        return again ? [.. payloads.Distinct(StringComparer.Ordinal)] : [.. payloads];
    }
}
