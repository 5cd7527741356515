using Seal.Core.Jobs;
using Seal.Core.Results;
using Seal.Core.Sweeps;
using Seal.Grains.Policies;
using Seal.Grains.Tests.Support;

namespace Seal.Grains.Tests.Policies;

/// <summary>What of a run's past stands.</summary>
public sealed class PhaseHistoryTests
{
    private static readonly PhaseRecord Before = SmallRecords.Phase(
        "evaluate-0",
        0,
        SmallRecords.Task("ea", SmallRecords.Scored(0, "a", 0), SmallRecords.Scored(1, "a", 0))
    );

    private static readonly PhaseRecord First = new(
        PhaseId.Train(1),
        1,
        "first",
        1,
        new UpdateResult("first", 1, 2, 1, null),
        [SmallRecords.Task("ta", SmallRecords.Scored(0, "edit 1", 1))]
    );

    [Fact]
    public void IsSound_TasksWithoutLosses_AreSound()
    {
        Assert.True(PhaseHistory.IsSound(Before.Tasks));
        Assert.True(PhaseHistory.IsSound(First.Tasks));
    }

    [Fact]
    public void IsSound_ACandidateThatWasGivenUp_IsALoss() =>
        Assert.False(PhaseHistory.IsSound([.. First.Tasks, SmallRecords.Task("tb", SmallRecords.Scored(0, "a", 1), SmallRecords.Poisoned(1, "b"))]));

    [Fact]
    public void IsSound_ATaskThatHasNoProposals_IsALoss() => Assert.False(PhaseHistory.IsSound([.. First.Tasks, SmallRecords.Task("tb")]));

    [Fact]
    public void IsUpdateLost_PairsWithoutAnUpdate_IsALoss()
    {
        Assert.True(PhaseHistory.IsUpdateLost(1, null));
        Assert.False(PhaseHistory.IsUpdateLost(1, First.Update));
        // One that diverged was not lost.
        Assert.False(PhaseHistory.IsUpdateLost(1, new UpdateResult(null, 1, null, null, "diverged")));
        // Where nothing was kept there is no update to miss.
        Assert.False(PhaseHistory.IsUpdateLost(0, null));
    }

    [Fact]
    public void Kept_UnderALongerPlan_IsWhatBothBeginWith()
    {
        RunPhase[] before = [new(0, false), new(1, true), new(2, true), new(2, false)];
        RunPhase[] after = [new(0, false), new(1, true), new(2, true), new(3, true), new(3, false)];

        // The evaluation that came at the shorter plan's end is dropped.
        Assert.Equal(3, PhaseHistory.Kept(4, before, after));
        Assert.Equal(2, PhaseHistory.Kept(2, before, after));
        Assert.Equal(0, PhaseHistory.Kept(0, before, after));
        // What comes behind the first that differs has no place either, whatever its name.
        Assert.Equal(1, PhaseHistory.Kept(3, [new(0, false), new(2, false), new(2, true)], after));
        Assert.Equal(1, PhaseHistory.Kept(2, before, after[..1]));
    }

    [Fact]
    public void Given_ARoundTriedAgain_IsWhatItKeptEachOnce()
    {
        var task = SmallRecords.Task(
            "ta",
            SmallRecords.Scored(0, "a", 1),
            SmallRecords.Scored(1, "b", 0.5),
            SmallRecords.Scored(2, "a", 1),
            SmallRecords.Poisoned(3, "c")
        );
        var again = new RunPhase(1, true, Check: PhaseCheck.Again);

        Assert.Equal(["a", "b"], Given([First with { Tasks = [task] }], again, "ta", 0));
        Assert.Equal(["a"], Given([First with { Tasks = [task] }], again, "ta", 0.5));
        Assert.Empty(Given([First with { Tasks = [task] }], again, "tb", 0));
        Assert.Empty(Given([Before], again, "ta", 0));
    }

    [Fact]
    public void Given_ACheckOfEvaluations_IsWhatTheyTriedInOrderCopiesIncluded()
    {
        var after = SmallRecords.Phase("evaluate-2", 2, SmallRecords.Task("ea", SmallRecords.Scored(0, "c", 0), SmallRecords.Scored(1, "d", 1)));
        PhaseRecord[] phases = [Before, First, after];

        Assert.Equal(["a", "a"], Given(phases, new RunPhase(2, false, Check: PhaseCheck.OldOnNew), "ea", 0));
        Assert.Equal(["c", "d"], Given(phases, new RunPhase(2, false, Check: PhaseCheck.NewOnOld), "ea", 0));
        Assert.Equal(["c", "d"], Given(phases, new RunPhase(2, false, Check: PhaseCheck.NewOnNew), "ea", 0));
    }

    private static IReadOnlyList<string> Given(IReadOnlyList<PhaseRecord> phases, RunPhase check, string task, double threshold) =>
        PhaseWork.Given(check, new RunSettings("toy", new(), new(), new(), new RewardSettings(Threshold: threshold), new(), new()), task, phases);
}
