using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Engines.Fake;
using Seal.Core.Jobs;
using Seal.Core.Proposers;
using Seal.Core.Rewards;
using Seal.Core.Sweeps;
using Seal.Core.Updates;
using Seal.Models.Tokenizers;
using Seal.Samples.Digits;

namespace Seal.Samples.Tests.Support;

/// <summary>Runs, tasks and records written by hand.</summary>
internal static class Hand
{
    public static RunSettings Settings { get; } =
        new("digits", new("fake"), new(), new(Batch: 2, MaxSteps: 64), new("rank"), new("above-mean"), new(Views: 0));

    public static ModelInfo Model { get; } = new(GridTokenizer.CreateMini(), 512, UsesGridPositions: true);

    public static IReadOnlyList<TaskDocument> Tasks { get; } = new DigitsDomain().Load(Generated(39, 0)).Train;

    public static TaskSource Generated(int train, int evaluate) => new("generated", [], [], [], train, evaluate, null, null, Seed: 1, MaxSide: 10);

    public static IDomainSession Session(RunSettings? settings = null) => new DigitsDomain().Open(settings ?? Settings, Model);

    public static ProposerContext Context(string phase, long seed = 1, int task = 0, params PastRound[] past)
    {
        var run = new RunContext("digits", "base-archive-s1", Settings, new ArmSpec("archive", "archive"), seed, "fake-1");
        var job = new ProposeJob(
            new TaskRef(Tasks[task].Id, Tasks[task].Sha256),
            PhaseId.Parse(phase)!.Value,
            PolicyRef.Of(FakeEngine.BaseSha256),
            4
        );
        return new ProposerContext(run, job, Tasks[task], Session(), () => throw new InvalidOperationException("No model is asked.")) { Past = past };
    }

    /// <summary>A round on one task, by self-edit and what it earned.</summary>
    public static PastRound Round(int number, params (string? Edit, double? Reward)[] tried) =>
        new(number, [new TaskRecord("task", 0, [.. tried.Select((one, i) => Candidate(i, one.Edit, one.Reward))])]);

    public static CandidateOutcome Scored(double accuracy) =>
        new(CandidateState.Scored, [new(ObservationNames.Exact, 0), new(ObservationNames.TokenAccuracy, accuracy)], 16);

    public static RewardedCandidate Rewarded(int number, double? reward) =>
        new("task", number, $"edit {number}", reward is { } value ? new Reward(value, "rank", [], 16) : null);

    private static CandidateRecord Candidate(int index, string? edit, double? reward) =>
        new(index, edit, null, edit is null ? CandidateState.Invalid : CandidateState.Scored, null, null, reward);
}
