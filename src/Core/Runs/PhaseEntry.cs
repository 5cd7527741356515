using System.Text.Json.Serialization;
using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Gates;
using Seal.Core.Jobs;
using Seal.Core.Results;
using Seal.Core.Sweeps;

namespace Seal.Core.Runs;

/// <summary>A phase that has ended, as its run keeps it: a link of a list in the store, and its tasks' records in a blob beside it.</summary>
/// <param name="Phase">See <see cref="PhaseRecord"/>.</param>
/// <param name="Round">See <see cref="PhaseRecord"/>.</param>
/// <param name="PolicySha256">See <see cref="PhaseRecord"/>.</param>
/// <param name="Kept">See <see cref="PhaseRecord"/>.</param>
/// <param name="Update">See <see cref="PhaseRecord"/>.</param>
/// <param name="TasksSha256">Of the blob with its <see cref="PhaseTasks"/>.</param>
/// <param name="Adapters">Adapters of the policy after the phase.</param>
/// <param name="Gate">See <see cref="PhaseRecord"/>.</param>
/// <param name="Move">See <see cref="PhaseRecord"/>.</param>
public sealed record PhaseEntry(
    PhaseId Phase,
    int Round,
    string PolicySha256,
    int Kept,
    UpdateResult? Update,
    string TasksSha256,
    ListRef Adapters,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] GateVerdict? Gate = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PolicyMove? Move = null
)
{
    /// <summary>A gate looked at the policy in it, and did not promote it.</summary>
    [JsonIgnore]
    public bool IsRefused => Gate is { Outcome: not GateOutcome.Promoted };

    /// <summary>What was said of the policy in it, by a gate or a person; null where nothing was.</summary>
    [JsonIgnore]
    public string? Said => Gate?.Words ?? Move?.Words;

    /// <summary>There were pairs to learn from, and the update was given up.</summary>
    [JsonIgnore]
    public bool IsUpdateLost => Kept > 0 && Update is null;
}

/// <summary>What became of a phase's tasks: one blob, written when all have ended.</summary>
public sealed record PhaseTasks(IReadOnlyList<TaskRecord> Tasks)
{
    /// <summary>No work was given up in them.</summary>
    [JsonIgnore]
    public bool AreSound =>
        Tasks.All(task => task.Candidates.Count > 0 && task.Candidates.All(candidate => candidate.State != CandidateState.Poisoned));
}
