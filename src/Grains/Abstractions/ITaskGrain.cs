using System.Text.Json.Serialization;
using Orleans.Concurrency;
using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Jobs;
using Seal.Core.Sweeps;

namespace Seal.Grains.Abstractions;

/// <summary>
/// One task in one phase of a run. Its key is <c>sweep/run/phase/task</c>. It owns the propose job, forms the packs, and turns what the
/// candidates saw into rewards.
/// </summary>
[GrainInterfaceType(GridNames.Task)]
public interface ITaskGrain : IJobOwnerGrain
{
    /// <summary>Starts the task or goes on with it; returns at once with how far it is.</summary>
    Task<TaskProgress> Start(TaskWork work);

    /// <summary>Starts nothing any more; what runs stops at its next beat. How far the task is; null if it never began.</summary>
    Task<TaskProgress?> Cancel();

    /// <summary>Jobs below and of this grain that a worker has now.</summary>
    Task<int> Leased();

    /// <summary>If work of the task was given up: has <see cref="Start"/> try it again. Changes nothing else.</summary>
    Task Retry();

    /// <summary>A pack has ended or was given up; told by its <see cref="ICandidateGrain"/>.</summary>
    [OneWay]
    Task PackChanged(PackOutcome outcome);
}

/// <param name="Run">The run.</param>
/// <param name="Phase">Phase name.</param>
/// <param name="Task">The task.</param>
/// <param name="Policy">The policy that proposes.</param>
/// <param name="InnerBase">The model that inner loops fine-tune.</param>
/// <param name="Count">Candidates wanted.</param>
/// <param name="Evaluation">How adapted models are judged.</param>
/// <param name="Given">Self-edits to try, in canonical form; null where the arm proposes them.</param>
/// <param name="Trials">Trials of each; null for one.</param>
/// <param name="Past">See <see cref="ProposeJob.Past"/>.</param>
public sealed record TaskWork(
    RunRef Run,
    PhaseId Phase,
    TaskRef Task,
    PolicyRef Policy,
    PolicyRef InnerBase,
    int Count,
    EvaluationKind Evaluation,
    IReadOnlyList<string>? Given = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Trials = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ListRef? Past = null
)
{
    /// <summary>Where its spans belong (W3C traceparent), or null. Decides no result.</summary>
    public string? Trace { get; init; }
}

/// <param name="Candidates">Candidates there are (as asked for, until proposals are in).</param>
/// <param name="Done">Candidates that have ended.</param>
/// <param name="Solved">Of those, the ones that solved the task.</param>
/// <param name="Record">The task's results once all have ended.</param>
/// <param name="Problem">Why the task is incomplete, or null.</param>
/// <param name="Accounting">So far.</param>
public sealed record TaskProgress(int Candidates, int Done, int Solved, TaskRecord? Record, string? Problem, Accounting Accounting)
{
    /// <summary>What those that have ended solved of the task, each from 0 to 1, added up; null, and then left out, where a task is solved or
    /// not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Parts { get; init; }
}
