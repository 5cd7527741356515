using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Randomness;
using Seal.Core.Sweeps;
using Seal.Grains.Policies;
using Seal.Grains.Tests.Support;

namespace Seal.Grains.Tests.Policies;

/// <summary>From a round's records to what the policy is trained on.</summary>
public sealed class KeptPairsTests
{
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
        var first = KeptPairs.Seed(SmallRecords.Run(), new RunPhase(1, true));

        Assert.Equal(new Seed(1).Derive("update", "train-1"), first);
        Assert.NotEqual(first, KeptPairs.Seed(SmallRecords.Run(), new RunPhase(2, true)));
        Assert.NotEqual(first, KeptPairs.Seed(SmallRecords.Run(seed: 2), new RunPhase(1, true)));
    }

    private static IReadOnlyList<UpdatePair> Kept(RunContext run) => KeptPairs.Of(run.Settings, Training, Round);
}
