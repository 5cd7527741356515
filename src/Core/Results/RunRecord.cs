using System.Text.Json.Serialization;
using Seal.Core.Candidates;
using Seal.Core.Gates;
using Seal.Core.Jobs;
using Seal.Core.Runs;
using Seal.Core.Sweeps;
using Seal.Core.Updates;

namespace Seal.Core.Results;

/// <summary>The results of one run. Equal sweeps give equal records, byte for byte.</summary>
/// <param name="Run">Name.</param>
/// <param name="Cell">Grid cell.</param>
/// <param name="Arm">Arm.</param>
/// <param name="Seed">Outer seed.</param>
/// <param name="Policies">SHA-256 of every policy version: the base model's content hash first, then one adapter file per round that changed the
/// policy.</param>
/// <param name="Phases">In order.</param>
/// <param name="Complete">False if work was given up.</param>
/// <param name="Score">What counts as solved in it (<c>evaluate.score</c>); null for the plain view, and then left out of the bytes.</param>
/// <param name="Threshold">Rewards above it were kept (<c>reward.threshold</c>); null for 0, and then left out of the bytes.</param>
/// <param name="Rule">The update rule (<c>update.rule</c>); null for ReST-EM, and then left out of the bytes.</param>
/// <param name="Best">See <see cref="UpdateSettings.Best"/>.</param>
/// <param name="Method">The method of a run whose rounds train nothing; null, and then left out of the bytes, for all others.</param>
public sealed record RunRecord(
    string Run,
    string Cell,
    string Arm,
    long Seed,
    IReadOnlyList<string> Policies,
    IReadOnlyList<PhaseRecord> Phases,
    bool Complete,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Score = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Threshold = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Rule = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Best = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Method = null
)
{
    /// <summary>The gate that its versions had to pass; null, and then left out of the bytes, where there was none. With it anybody can come to the
    /// verdicts again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GateSettings? Gate { get; init; }

    /// <summary>What its update rule kept of a round: copies included, and without weights.</summary>
    [JsonIgnore]
    public UpdateFilter Filter => new(Rule ?? ReStEm.Word, Threshold ?? 0, Best ?? 1);

    /// <summary>Whether its rounds trained the policy, or would have.</summary>
    [JsonIgnore]
    public bool IsTrained => Method is null && Phases.Any(phase => phase.Phase.IsRound);

    /// <summary>What was learned of a task in a round; nothing where the method learned nothing of the round.</summary>
    public IReadOnlyList<CandidateRecord> Kept(PhaseRecord round, TaskRecord task) => round.Kept == 0 ? [] : Filter.Kept(task);
}

/// <summary>One phase of a run.</summary>
/// <param name="Phase">Which step it was, e.g. <c>train-1</c>.</param>
/// <param name="Round">Rounds done when the phase has ended.</param>
/// <param name="PolicySha256">The policy after the phase: its adapter file, or the base model's content hash while nothing was learned.</param>
/// <param name="Kept">Training: pairs that the filter kept.</param>
/// <param name="Update">Training: the policy update, or null if nothing was kept.</param>
/// <param name="Tasks">In task order.</param>
/// <param name="Gate">What the gate says of the policy, where the phase was a look of a gate at a new version; null, and then left out of the bytes,
/// for all others.</param>
/// <param name="Move">Which version is used from this phase on, by whom and why; null, and then left out of the bytes, where the policy
/// stays.</param>
public sealed record PhaseRecord(
    PhaseId Phase,
    int Round,
    string PolicySha256,
    int Kept,
    UpdateResult? Update,
    IReadOnlyList<TaskRecord> Tasks,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] GateVerdict? Gate = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PolicyMove? Move = null
)
{
    public int Candidates => Tasks.Sum(task => task.Candidates.Count);

    /// <summary>Candidates exact on the plain view.</summary>
    public int Solved => Tasks.Sum(task => task.Candidates.Count(candidate => candidate.Solved));

    /// <summary>Candidates that solved their task by this score.</summary>
    public double SolvedBy(string? score) => Tasks.Sum(task => task.Candidates.Sum(candidate => candidate.Success(score)));
}
