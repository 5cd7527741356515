using System.Text.Json.Serialization;
using Seal.Core.Candidates;
using Seal.Core.Engines;
using Seal.Core.Jobs;
using Seal.Core.Runs;
using Seal.Core.Steering;

namespace Seal.Grains.Abstractions;

/// <summary>One sweep; its key is the sweep's name. Starts the runs, gathers their results, writes the documents.</summary>
[GrainInterfaceType(GridNames.Sweep)]
public interface ISweepGrain : IGrainWithStringKey
{
    /// <summary>
    /// Starts the sweep, or goes on with it if the same sweep is there already. Under another identity nothing is changed and the
    /// reply says what differs.
    /// </summary>
    Task<SubmitReply> Submit(SweepSubmission submission);

    /// <summary>
    /// Starts the sweep, or makes the one of this name that is there into it, where it has everything of that one and more: arms, outer seeds,
    /// rounds, self-edits, tasks. The result is that of a sweep that had asked for it at once. Else nothing is changed and the reply says why.
    /// </summary>
    Task<SubmitReply> Grow(SweepSubmission submission);

    /// <summary>Goes on with a sweep that was interrupted or cancelled. Null: there is no such sweep.</summary>
    Task<SweepStatus?> Resume();

    /// <summary>Stops at once; what was committed stays, <see cref="Resume"/> goes on. Null: there is no such sweep.</summary>
    Task<SweepStatus?> Cancel();

    /// <summary>
    /// Pause, resume, stop, cancel, retry, extend, weigh. Repeated, doubled and late commands change nothing more than the newest one would alone
    /// (<see cref="SweepControl"/>). Null: there is no such sweep.
    /// </summary>
    Task<SweepStatus?> Steer(SteeringCommand command);

    /// <summary>What has been wished of the sweep so far. Null: there is no such sweep.</summary>
    [Orleans.Concurrency.AlwaysInterleave]
    Task<SweepControl?> Control();

    /// <summary>
    /// What has happened after the event with this number, oldest first; waits up to <paramref name="patience"/> (20 s at most) for the first.
    /// Numbers have no gap, and every event has one number for ever. Null: there is no such sweep.
    /// </summary>
    [Orleans.Concurrency.AlwaysInterleave]
    Task<IReadOnlyList<SweepEvent>?> Events(long after, TimeSpan patience);

    /// <summary>Null: there is no such sweep. Waits for nothing that the sweep is doing.</summary>
    [Orleans.Concurrency.AlwaysInterleave]
    Task<SweepStatus?> Status();

    /// <summary>The status as soon as the sweep is no longer running, or as it is after <paramref name="patience"/> (20 s at most).</summary>
    [Orleans.Concurrency.AlwaysInterleave]
    Task<SweepStatus?> WaitForEnd(TimeSpan patience, CancellationToken cancellation = default);

    /// <summary>Looks after the sweep if it should be running; changes nothing otherwise. Called every few seconds by control silos.</summary>
    /// <returns>False if it has nothing to drive.</returns>
    Task<bool> Redrive();

    /// <summary>A run has ended; told by its <see cref="IPolicyGrain"/>.</summary>
    [Orleans.Concurrency.OneWay]
    Task RunChanged(RunProgress progress);

    /// <summary>A grain of the sweep could not go on and will try again; told each time.</summary>
    [Orleans.Concurrency.OneWay]
    [Orleans.Concurrency.AlwaysInterleave]
    Task Stuck(StuckGrain stuck);
}

/// <summary>A grain that could not go on.</summary>
/// <param name="Where">Its key, which begins with the sweep's name.</param>
/// <param name="Why">For people: one line.</param>
/// <param name="IsFinal">Trying again cannot help: a document is damaged or another build's.</param>
public sealed record StuckGrain(string Where, string Why, bool IsFinal);

/// <summary>A resolved sweep. Everything in it decides results: it <em>is</em> the sweep's identity.</summary>
/// <param name="Runs">In plan order.</param>
/// <param name="Model">The base model.</param>
/// <param name="Training">Training tasks; their documents are in the store.</param>
/// <param name="Evaluation">Evaluation tasks.</param>
public sealed record SweepSubmission(
    IReadOnlyList<RunSubmission> Runs,
    ModelRef Model,
    IReadOnlyList<TaskRef> Training,
    IReadOnlyList<TaskRef> Evaluation
)
{
    /// <summary>Tasks for the gate; null, and then left out, where there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TaskRef>? Retention { get; init; }

    /// <summary>All its tasks.</summary>
    [JsonIgnore]
    public IEnumerable<TaskRef> Tasks => [.. Training, .. Evaluation, .. Retention ?? []];

    /// <summary>Its tasks by set.</summary>
    [JsonIgnore]
    public SweepTasks Sets => new(Training, Evaluation, Retention);
}

/// <param name="Context">The run.</param>
/// <param name="Cell">The grid cell it belongs to.</param>
public sealed record RunSubmission(RunContext Context, string Cell);

/// <param name="Status">The sweep, if it was accepted.</param>
/// <param name="Differences">What differs from the sweep of this name that the store already has; empty if accepted.</param>
public sealed record SubmitReply(SweepStatus? Status, IReadOnlyList<string> Differences);

public enum SweepState
{
    Running,

    /// <summary>Every run ended and no work was given up.</summary>
    Completed,

    /// <summary>Every run ended, but work was given up in some.</summary>
    Incomplete,
    Cancelled,

    /// <summary>Nothing more is started until it is resumed.</summary>
    Paused,

    /// <summary>What runs is finished, then it stands.</summary>
    Stopping,

    /// <summary>Nothing runs; it can be resumed.</summary>
    Stopped,
}

/// <summary>Something that happened to a sweep.</summary>
/// <param name="Sequence">From 1, without gaps.</param>
/// <param name="Kind"><c>state</c>, <c>phase-ended</c>, <c>run-ended</c>, <c>run-forked</c>, <c>policy-set</c> or <c>waiting</c>.</param>
/// <param name="Run">Which run, or null for the sweep.</param>
/// <param name="Text">For people.</param>
public sealed record SweepEvent(long Sequence, string Kind, string? Run, string Text);

/// <param name="Sweep">Name.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Runs">In plan order.</param>
/// <param name="ReportSha256">Hash of <c>results.json</c>, once it is written.</param>
/// <param name="Accounting">So far.</param>
public sealed record SweepStatus(string Sweep, SweepState State, IReadOnlyList<RunProgress> Runs, string? ReportSha256, Accounting Accounting)
{
    /// <summary>Why it does not go on although it should, or null: no slot takes work of its class, or something fails whenever it is
    /// tried.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Waiting { get; init; }

    /// <summary>What of its documents this build cannot read, or null. The sweep cannot end while it is so.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Refused { get; init; }
}
