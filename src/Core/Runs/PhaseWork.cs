using Seal.Core.Jobs;
using Seal.Core.Results;
using Seal.Core.Updates;

namespace Seal.Core.Runs;

/// <summary>What a phase asks of one task.</summary>
/// <param name="Task">The task.</param>
/// <param name="Candidates">Self-edits asked for; a proposer may have fewer.</param>
/// <param name="Given">The self-edits themselves, where they are those of an earlier phase; null where the arm proposes.</param>
public sealed record PhaseTask(TaskRef Task, int Candidates, IReadOnlyList<string>? Given);

/// <summary>What a phase of a run asks of the sweep's tasks. Pure: the grid that runs it and whoever reads a store count by the same rule.</summary>
public static class PhaseWork
{
    /// <summary>The phase's tasks in order. Where it tries self-edits of an earlier phase, tasks without any are left out.</summary>
    /// <param name="phase">The phase.</param>
    /// <param name="run">The run.</param>
    /// <param name="tasks">The sweep's tasks.</param>
    /// <param name="origin">The earlier phase that <see cref="RunTasks.Edits"/> names; null where it names none, or where that has not ended.</param>
    public static IReadOnlyList<PhaseTask> Of(RunTasks phase, RunContext run, SweepTasks tasks, PhaseRecord? origin)
    {
        var all = tasks.Of(phase.On);
        if (phase.Given is { } one)
        {
            return [.. all.Select(task => new PhaseTask(task, 1, [one]))];
        }

        if (phase.Edits is not { } edits)
        {
            return [.. all.Select(task => new PhaseTask(task, phase.Candidates, null))];
        }

        var given = all.Select(task => (Task: task, Edits: Given(edits, run, task.Id, origin)));
        return [.. given.Where(task => task.Edits.Count > 0).Select(task => new PhaseTask(task.Task, task.Edits.Count, task.Edits))];
    }

    /// <summary>The valid self-edits of a task in an earlier phase: all in order, or what its round kept, each once.</summary>
    private static IReadOnlyList<string> Given(PastEdits edits, RunContext run, string task, PhaseRecord? origin)
    {
        // A round that its method learned nothing of has kept nothing, whatever the rule would have said.
        if (origin?.Tasks.FirstOrDefault(record => record.Task == task) is not { } tried || (edits.Kept && origin.Kept == 0))
        {
            return [];
        }

        var candidates = edits.Kept ? UpdateFilter.Of(run.Settings).Kept(tried) : tried.Candidates;
        var payloads = candidates.Select(candidate => candidate.Payload).OfType<string>();
        return edits.Kept ? [.. payloads.Distinct(StringComparer.Ordinal)] : [.. payloads];
    }
}
