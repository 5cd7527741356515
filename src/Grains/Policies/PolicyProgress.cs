using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Results;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;

namespace Seal.Grains.Policies;

/// <summary>How far a run is, from what it and its tasks have saved. Pure: a running sweep and a store that nobody hosts are told of by the same
/// rule.</summary>
public static class PolicyProgress
{
    /// <param name="run">The run.</param>
    /// <param name="cell">Its grid cell.</param>
    /// <param name="training">Training tasks.</param>
    /// <param name="evaluation">Evaluation tasks.</param>
    /// <param name="ended">Number of phases that have ended.</param>
    /// <param name="recalled">Those of them that the phase under way looks back at.</param>
    /// <param name="accounting">What they have cost.</param>
    /// <param name="updates">Whether the phase's tasks are in and the policy is being updated.</param>
    /// <param name="problem">Why the run is incomplete, or null; where a task of the phase under way knows, that counts.</param>
    /// <param name="known">Tasks of the phase under way that have said how far they are, by id.</param>
    public static RunProgress Of(
        RunContext run,
        string cell,
        IReadOnlyList<TaskRef> training,
        IReadOnlyList<TaskRef> evaluation,
        int ended,
        IReadOnlyList<PhaseRecord> recalled,
        Accounting accounting,
        bool updates,
        string? problem,
        IReadOnlyDictionary<string, TaskProgress> known
    )
    {
        var phases = RunPhase.Of(run.Settings, run.Arm);
        var phase = ended < phases.Count ? phases[ended] : null;
        IReadOnlyList<PhaseTask> tasks = phase is null
            ? []
            : PhaseWork.Of(phase, run.Settings, [.. training.Select(task => task.Id)], [.. evaluation.Select(task => task.Id)], recalled);
        var told = tasks.Select(task => known.GetValueOrDefault(task.Task)).OfType<TaskProgress>().ToArray();
        return new RunProgress(
            run.Run,
            run.Arm.Name,
            cell,
            run.Seed,
            phase is null ? "ended"
                : updates ? $"update-{phase.Round}"
                : phase.Id.ToString(),
            ended,
            phases.Count,
            told.Count(task => task.Record is not null),
            tasks.Count,
            told.Sum(task => task.Done),
            tasks.Sum(task => known.GetValueOrDefault(task.Task)?.Candidates ?? task.Candidates),
            told.Sum(task => task.Solved),
            phase is null,
            problem ?? told.Select(task => task.Problem).FirstOrDefault(why => why is not null),
            updates ? accounting : told.Aggregate(accounting, (sum, task) => sum + task.Accounting)
        );
    }
}
