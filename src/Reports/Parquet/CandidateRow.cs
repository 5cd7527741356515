using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Runs;
using Seal.Core.Sweeps;
using Seal.Core.Updates;

namespace Seal.Reports.Parquet;

/// <summary>What is known of how a candidate came about, beside its record.</summary>
/// <param name="Text">As the proposer wrote it; null where it was given or is not known.</param>
/// <param name="LookedUp">Whether an equal trial was known; null where nothing was tried.</param>
/// <param name="Seconds">Its share of its pack's device seconds; null where nothing was tried.</param>
/// <param name="Problem">Why work was given up, or null.</param>
public sealed record CandidateOrigin(string? Text, bool? LookedUp, double? Seconds, string? Problem)
{
    public static CandidateOrigin Unknown { get; } = new(null, null, null, null);
}

/// <summary>One candidate of a sweep as a row. docs/interchange.md describes the columns.</summary>
/// <param name="Run">The run.</param>
/// <param name="Cell">Its grid cell.</param>
/// <param name="Phase">The phase.</param>
/// <param name="Task">The task.</param>
/// <param name="Record">What became of it.</param>
/// <param name="Kept">Whether the round kept it; null where the phase is no round.</param>
/// <param name="Origin">How it came about.</param>
public sealed record CandidateRow(
    RunContext Run,
    string Cell,
    PhaseId Phase,
    TaskRef Task,
    CandidateRecord Record,
    bool? Kept,
    CandidateOrigin Origin
)
{
    /// <summary>Why there is no verdict; null where there is one.</summary>
    public string? Reason =>
        Record.Rejection ?? Record.Trial?.Failure ?? (Record.State == CandidateState.Poisoned ? Origin.Problem ?? "work was given up" : null);

    /// <summary>The rows of a task of a phase.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cell">Its grid cell.</param>
    /// <param name="entry">The phase.</param>
    /// <param name="task">The task.</param>
    /// <param name="record">What became of it.</param>
    /// <param name="origin">How a candidate came about.</param>
    public static IEnumerable<CandidateRow> Of(
        RunContext run,
        string cell,
        PhaseEntry entry,
        TaskRef task,
        TaskRecord record,
        Func<CandidateRecord, CandidateOrigin> origin
    )
    {
        // A round that its method learned nothing of has kept nothing, whatever the rule would have said.
        var kept = entry is { Phase.IsRound: true, Kept: > 0 } ? UpdateFilter.Of(run.Settings).Kept(record) : [];
        return record.Candidates.Select(candidate => new CandidateRow(
            run,
            cell,
            entry.Phase,
            task,
            candidate,
            entry.Phase.IsRound ? kept.Contains(candidate, ReferenceEqualityComparer.Instance) : null,
            origin(candidate)
        ));
    }
}
