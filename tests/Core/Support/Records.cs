using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Results;
using Seal.Core.Sweeps;

namespace Seal.Core.Tests.Support;

/// <summary>Records of runs, written by hand.</summary>
internal static class Records
{
    public static CandidateRecord Scored(
        int index,
        string payload,
        bool solved,
        int steps = 10,
        string? details = null,
        int? duplicateOf = null,
        (bool First, bool Second)? votes = null
    )
    {
        var observations = new List<Observation> { new(ObservationNames.Exact, solved ? 1 : 0) };
        if (votes is var (first, second))
        {
            observations.AddRange([new(ObservationNames.VoteTop1, first ? 1 : 0), new(ObservationNames.VoteTop2, second ? 1 : 0)]);
        }

        return new CandidateRecord(
            index,
            payload,
            null,
            CandidateState.Scored,
            duplicateOf,
            new TrialResult(null, observations, steps, 10 * steps, 2, 1, details ?? $"{payload}-{solved}"),
            solved ? 1 : 0
        );
    }

    public static CandidateRecord Invalid(int index) => new(index, null, "no self-edit", CandidateState.Invalid, null, null, 0);

    public static CandidateRecord Failed(int index, string payload, int steps) =>
        new(index, payload, null, CandidateState.Failed, null, new TrialResult("diverged", [], steps, 0, null, null, null), 0);

    public static CandidateRecord Poisoned(int index, string payload) => new(index, payload, null, CandidateState.Poisoned, null, null, null);

    public static TaskRecord Task(string task, params CandidateRecord[] candidates) => new(task, 0, candidates);

    public static PhaseRecord Phase(string name, int round, params TaskRecord[] tasks) =>
        new(PhaseId.Parse(name)!.Value, round, "fedcba9876543210", 0, null, tasks);

    public static RunRecord Run(string arm, long seed, params PhaseRecord[] phases) =>
        new($"base-{arm}-s{seed}", "base", arm, seed, ["0123456789abcdef"], phases, true);
}
