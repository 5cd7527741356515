using Seal.Core.Candidates;
using Seal.Core.Engines.Fake;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Results;
using Seal.Core.Sweeps;

namespace Seal.Core.Tests.Support;

/// <summary>Runs and records written by hand.</summary>
internal static class SmallRecords
{
    /// <summary>The sweep that they are of.</summary>
    public const string Sweep = "toy";

    public static PolicyRef Model { get; } = PolicyRef.Of(FakeEngine.BaseSha256);

    public static RunContext Run(
        int packSize = 1,
        RewardSettings? reward = null,
        UpdateSettings? update = null,
        EvaluateSettings? evaluate = null,
        long seed = 1
    )
    {
        var settings = new RunSettings(
            "toy",
            new EngineSettings("fake"),
            new ProposalSettings("toy"),
            new InnerSettings(PackSize: packSize),
            reward ?? new(),
            update ?? new(),
            evaluate ?? new()
        );
        return new RunContext(Sweep, "base-seal-s1", settings, new ArmSpec("seal", "policy"), seed, "fake-1");
    }

    /// <summary>What names the run in work and messages.</summary>
    public static RunRef Named(RunContext run) => new(run.Sweep, run.Run, run.Fork, run.NumericClass, SealJson.Hash(run with { Fork = 0 }));

    public static TrialResult Trial(bool exact, int steps = 3, string? failure = null) =>
        new(failure, failure is null ? [new Observation(ObservationNames.Exact, exact ? 1 : 0)] : [], steps, 10 * steps, null, null, null);

    public static CandidateRecord Scored(int index, string payload, double? reward, int? duplicateOf = null) =>
        new(index, payload, null, CandidateState.Scored, duplicateOf, Trial(reward > 0), reward);

    public static CandidateRecord Poisoned(int index, string payload) => new(index, payload, null, CandidateState.Poisoned, null, null, null);

    public static TaskRecord Task(string id, params CandidateRecord[] candidates) => new(id, 0, candidates);

    public static PhaseRecord Phase(string name, int round, params TaskRecord[] tasks) =>
        new(PhaseId.Parse(name)!.Value, round, "policy", 0, null, tasks);
}
