using System.Text.Json.Serialization;
using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Runs;
using Seal.Core.Sweeps;

namespace Seal.Grains.Abstractions;

/// <summary>How far a run is.</summary>
/// <param name="Run">Name.</param>
/// <param name="Arm">Its arm.</param>
/// <param name="Cell">Its grid cell.</param>
/// <param name="Seed">Its outer seed.</param>
/// <param name="Phase">Current phase, e.g. <c>train-1</c>; <c>ended</c> at the end.</param>
/// <param name="PhaseIndex">Phases done.</param>
/// <param name="Phases">Phases in all.</param>
/// <param name="TasksDone">Tasks ended in this phase.</param>
/// <param name="Tasks">Tasks of this phase.</param>
/// <param name="CandidatesDone">Candidates ended in this phase.</param>
/// <param name="Candidates">Candidates of this phase.</param>
/// <param name="Solved">Candidates of this phase that solved their task so far.</param>
/// <param name="Ended">True once the run has its result.</param>
/// <param name="Problem">Why the run is incomplete or waits, or null.</param>
/// <param name="Accounting">So far.</param>
public sealed record RunProgress(
    string Run,
    string Arm,
    string Cell,
    long Seed,
    string Phase,
    int PhaseIndex,
    int Phases,
    int TasksDone,
    int Tasks,
    int CandidatesDone,
    int Candidates,
    int Solved,
    bool Ended,
    string? Problem,
    Accounting Accounting
)
{
    /// <summary>The phases that have ended, where a gate decides which there are; null, and then left out, where the plan says it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PhaseId>? Walked { get; init; }

    /// <summary>What the candidates of this phase that ended solved of their tasks, each from 0 to 1, added up; null, and then left out, where a task
    /// is solved or not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Parts { get; init; }

    /// <summary>From what a run and its tasks have saved. Pure: a running sweep and a store that nobody hosts are told of by the same rule.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cell">Its grid cell.</param>
    /// <param name="log">Its phases.</param>
    /// <param name="tasks">Tasks of the phase under way.</param>
    /// <param name="accounting">What the phases that have ended have cost.</param>
    /// <param name="updates">Whether the phase's tasks are in and the policy is being updated.</param>
    /// <param name="problem">Why the run is incomplete, or null; where a task of the phase under way knows, that counts.</param>
    /// <param name="known">Tasks of the phase under way that have said how far they are, by id; null for none.</param>
    public static RunProgress Of(
        RunContext run,
        string cell,
        RunLog log,
        IReadOnlyList<PhaseTask> tasks,
        Accounting accounting,
        bool updates,
        string? problem,
        IReadOnlyDictionary<string, TaskProgress>? known
    )
    {
        var told = tasks.Select(task => known?.GetValueOrDefault(task.Task.Id)).OfType<TaskProgress>().ToArray();
        return new RunProgress(
            run.Run,
            run.Arm.Name,
            cell,
            run.Seed,
            log.Name(updates),
            log.Ended,
            log.Planned,
            told.Count(task => task.Record is not null),
            tasks.Count,
            told.Sum(task => task.Done),
            tasks.Sum(task => known?.GetValueOrDefault(task.Task.Id)?.Candidates ?? task.Candidates),
            told.Sum(task => task.Solved),
            log.UnderWay is null,
            problem ?? told.Select(task => task.Problem).FirstOrDefault(why => why is not null),
            updates ? accounting : told.Aggregate(accounting, (sum, task) => sum + task.Accounting)
        )
        {
            Walked = run.Settings.Gate is null ? null : log.Walked,
            Parts = told.Any(task => task.Parts is not null) ? told.Sum(task => task.Parts ?? task.Solved) : null,
        };
    }
}
