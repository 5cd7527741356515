using System.Text.Json.Serialization;
using Seal.Core.Jobs;
using Seal.Core.Proposers;

namespace Seal.Core.Candidates;

/// <summary>What became of one proposed self-edit; a row of <c>results.json</c>. Holds nothing that depends on time, place or attempt.</summary>
/// <param name="Index">Place among its task's candidates.</param>
/// <param name="Payload">Canonical self-edit; null if invalid.</param>
/// <param name="Rejection">Why the text is no self-edit, or null.</param>
/// <param name="State">The final state.</param>
/// <param name="DuplicateOf">The earlier candidate whose trial this one shares, or null.</param>
/// <param name="Trial">The trial; null where none was run.</param>
/// <param name="Reward">The reward; null where there is none to give (lost work).</param>
/// <param name="Drawn">See <see cref="Proposal.Drawn"/>.</param>
/// <param name="More">Its trials after the first, where it had several (<c>reward.trials</c>); null, and then left out, for all others. The reward is
/// the mean over all of them, state and score are those of the first.</param>
public sealed record CandidateRecord(
    int Index,
    string? Payload,
    string? Rejection,
    CandidateState State,
    int? DuplicateOf,
    TrialResult? Trial,
    double? Reward,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DrawnRef? Drawn = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<TrialResult>? More = null
)
{
    /// <summary>True when the greedy answer of the plain view was exactly right.</summary>
    public bool Solved => Trial?[ObservationNames.Exact] == 1;

    /// <summary>Its trials, the first one first; empty where none was run.</summary>
    [JsonIgnore]
    public IReadOnlyList<TrialResult> Trials => Trial is null ? [] : [Trial, .. More ?? []];

    /// <summary>True when the task was solved by this score (see <see cref="Scores"/>).</summary>
    public bool Solves(string? score) => Success(score) == 1;

    /// <summary>How much of the task was solved by this score, in [0, 1]: 0 or 1 by most scores, any share by <see cref="Scores.Accuracy"/>; 0
    /// without a verdict.</summary>
    public double Success(string? score) => Trial?[Scores.Observation(score)] is { } seen ? Math.Clamp(seen, 0, 1) : 0;
}

/// <summary>One task in one phase of a run, ended.</summary>
/// <param name="Task">The task's id.</param>
/// <param name="Redraws">Extra draws spent on distinct self-edits.</param>
/// <param name="Candidates">In order of their index.</param>
public sealed record TaskRecord(string Task, int Redraws, IReadOnlyList<CandidateRecord> Candidates);

/// <summary>Where device time went; never part of results.</summary>
/// <param name="Jobs">Jobs committed.</param>
/// <param name="Attempts">Leases given out for them.</param>
/// <param name="CacheHits">Trials answered by an earlier result.</param>
/// <param name="Seconds">Device seconds of the committed attempts.</param>
/// <param name="Steps">Optimizer steps of the committed attempts.</param>
/// <param name="Tokens">Training tokens of the committed attempts.</param>
public sealed record Accounting(int Jobs, int Attempts, int CacheHits, double Seconds, long Steps, long Tokens)
{
    /// <summary>The same in hours of the device: GPU-hours where it is a GPU.</summary>
    public double DeviceHours => Seconds / 3600;

    public static Accounting Zero { get; } = new(0, 0, 0, 0, 0, 0);

    public static Accounting operator +(Accounting left, Accounting right) =>
        new(
            left.Jobs + right.Jobs,
            left.Attempts + right.Attempts,
            left.CacheHits + right.CacheHits,
            left.Seconds + right.Seconds,
            left.Steps + right.Steps,
            left.Tokens + right.Tokens
        );

    public static Accounting Add(Accounting left, Accounting right) => left + right;
}
