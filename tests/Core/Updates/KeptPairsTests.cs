using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Randomness;
using Seal.Core.Runs;
using Seal.Core.Sweeps;
using Seal.Core.Tests.Support;
using Seal.Core.Updates;

namespace Seal.Core.Tests.Updates;

/// <summary>From a round's records to what the policy is trained on.</summary>
public sealed class KeptPairsTests
{
    private static readonly TrainPolicy First = new(PhaseId.Train(1), Theta.Base, "rest-em");

    private static readonly TaskRef[] Training = [new("tb", "0b"), new("ta", "0a")];

    private static readonly TaskRecord[] Round =
    [
        // Records come in any order; the sweep's order of tasks is what counts.
        SmallRecords.Task("ta", SmallRecords.Scored(0, "x", 1), SmallRecords.Scored(1, "y", 0.5), SmallRecords.Scored(2, "x", 1, duplicateOf: 0)),
        SmallRecords.Task(
            "tb",
            SmallRecords.Scored(0, "z", 0),
            new CandidateRecord(1, null, "no self-edit", CandidateState.Invalid, null, null, 0),
            SmallRecords.Poisoned(2, "w"),
            SmallRecords.Scored(3, "v", 1)
        ),
    ];

    [Fact]
    public void Of_ARound_IsEveryRewardedSelfEditInTheSweepsOrderOfTasks() =>
        Assert.Equal([new(Training[0], "v"), new(Training[1], "x"), new(Training[1], "y"), new(Training[1], "x")], Kept(SmallRecords.Run()));

    [Fact]
    public void Of_ARoundWithAThreshold_LeavesOutWhatIsNotAboveIt() =>
        Assert.Equal(["v", "x", "x"], Kept(SmallRecords.Run(reward: new RewardSettings(Threshold: 0.5))).Select(pair => pair.Payload));

    [Fact]
    public void Of_ARoundWithoutCopies_HasEachSelfEditOfATaskOnce() =>
        Assert.Equal(["v", "x", "y"], Kept(SmallRecords.Run(update: new UpdateSettings(Deduplicate: true))).Select(pair => pair.Payload));

    [Fact]
    public void Seed_OfAnUpdate_IsNamedAfterOuterSeedAndRound()
    {
        var first = KeptPairs.Seed(First, SmallRecords.Run());

        Assert.Equal(new Seed(1).Derive("update", "train-1"), first);
        Assert.NotEqual(first, KeptPairs.Seed(new TrainPolicy(PhaseId.Train(2), new Theta(1), "rest-em"), SmallRecords.Run()));
        Assert.NotEqual(first, KeptPairs.Seed(First, SmallRecords.Run(seed: 2)));
    }

    [Fact]
    public void Of_ARoundThatNothingIsLearnedFrom_IsEmpty() =>
        Assert.Empty(KeptPairs.Of(First with { Rule = null }, SmallRecords.Run(), Training, Round));

    [Fact]
    public void Of_ARuleThatThereIsNot_IsRefusedByName() =>
        Assert.Contains(
            "'grpo' is not known",
            Assert.Throws<SweepException>(() => KeptPairs.Of(First with { Rule = "grpo" }, SmallRecords.Run(), Training, Round)).Message,
            StringComparison.Ordinal
        );

    private static IReadOnlyList<UpdatePair> Kept(RunContext run) => KeptPairs.Of(First, run, Training, Round);
}
