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
        "evaluate-0", 0, SmallRecords.Task("ea", SmallRecords.Scored(0, "a", 0), SmallRecords.Scored(1, "a", 0)));

    private static readonly PhaseRecord First = Round(1, "first");

    private static readonly PhaseRecord Second = Round(2, "second");

    [Fact]
    public void Sound_OfARunWithoutLosses_IsAllOfIt() => Assert.Equal([Before, First, Second], PhaseHistory.Sound([Before, First, Second]));

    [Fact]
    public void Sound_PhaseWithACandidateThatWasGivenUp_EndsThere()
    {
        var poisoned = First with
        {
            Tasks = [.. First.Tasks, SmallRecords.Task(
            "tb", SmallRecords.Scored(0, "a", 1), SmallRecords.Poisoned(1, "b"))]
        };

        Assert.Equal([Before], PhaseHistory.Sound([Before, poisoned, Second]));
    }

    [Fact]
    public void Sound_PhaseWithATaskThatHasNoProposals_EndsThere() =>
        Assert.Equal([Before], PhaseHistory.Sound([Before, First with { Tasks = [.. First.Tasks, SmallRecords.Task("tb")] }, Second]));

    [Fact]
    public void Sound_PhaseWhoseUpdateWasGivenUp_EndsThere()
    {
        Assert.Equal([Before], PhaseHistory.Sound([Before, First with { Update = null }, Second]));
        // Where nothing was kept there is no update to miss.
        var idle = First with { Kept = 0, Update = null };
        Assert.Equal([Before, idle, Second], PhaseHistory.Sound([Before, idle, Second]));
    }

    [Fact]
    public void Kept_UnderALongerPlan_IsWhatBothBeginWith()
    {
        var end = SmallRecords.Phase("evaluate-2", 2, SmallRecords.Task("ea", SmallRecords.Scored(0, "a", 1)));
        RunPhase[] plan = [new(0, false), new(1, true), new(2, true), new(3, true), new(3, false)];

        // The evaluation that came at the shorter plan's end is dropped.
        Assert.Equal([Before, First, Second], PhaseHistory.Kept([Before, First, Second, end], plan));
        // What comes behind the first that differs has no place either, whatever its name.
        Assert.Equal([Before], PhaseHistory.Kept([Before, end, Second], [new(0, false), new(1, true), new(2, true)]));
        Assert.Equal([Before], PhaseHistory.Kept([Before, First], plan[..1]));
    }

    [Fact]
    public void Adapters_OfPhases_AreThoseOfTheirUpdatesOldestFirst()
    {
        var diverged = Second with { Update = new UpdateResult(null, 1, null, null, "diverged") };

        Assert.Equal(["first", "second"], PhaseHistory.Adapters([Before, First, Second]));
        Assert.Equal(["first"], PhaseHistory.Adapters([Before, First, diverged]));
        Assert.Empty(PhaseHistory.Adapters([]));
    }

    [Fact]
    public void Given_ARoundTriedAgain_IsWhatItKeptEachOnce()
    {
        var task = SmallRecords.Task(
            "ta", SmallRecords.Scored(0, "a", 1), SmallRecords.Scored(1, "b", 0.5), SmallRecords.Scored(2, "a", 1), SmallRecords.Poisoned(3, "c"));
        var again = new RunPhase(1, true, Check: PhaseCheck.Again);

        Assert.Equal(["a", "b"], Given([First with { Tasks = [task] }, Second], again, "ta", 0));
        Assert.Equal(["a"], Given([First with { Tasks = [task] }, Second], again, "ta", 0.5));
        Assert.Empty(Given([First with { Tasks = [task] }, Second], again, "tb", 0));
        Assert.Empty(Given([Second], again, "ta", 0));
    }

    [Fact]
    public void Given_ACheckOfEvaluations_IsWhatTheyTriedInOrderCopiesIncluded()
    {
        var after = SmallRecords.Phase("evaluate-2", 2, SmallRecords.Task("ea", SmallRecords.Scored(0, "c", 0), SmallRecords.Scored(1, "d", 1)));
        PhaseRecord[] phases = [Before, First, Second, after];

        Assert.Equal(["a", "a"], Given(phases, new RunPhase(2, false, Check: PhaseCheck.OldOnNew), "ea", 0));
        Assert.Equal(["c", "d"], Given(phases, new RunPhase(2, false, Check: PhaseCheck.NewOnOld), "ea", 0));
        Assert.Equal(["c", "d"], Given(phases, new RunPhase(2, false, Check: PhaseCheck.NewOnNew), "ea", 0));
    }

    private static IReadOnlyList<string> Given(IReadOnlyList<PhaseRecord> phases, RunPhase check, string task, double threshold) => PhaseWork.Given(
        check, new RunSettings("toy", new(), new(), new(), new RewardSettings(Threshold: threshold), new(), new()), task, phases);

    private static PhaseRecord Round(int number, string adapter) => new(
        $"train-{number}", number, adapter, 1, new UpdateResult(adapter, 1, 2, 1, null), [SmallRecords.Task("ta", SmallRecords.Scored(0, $"edit {number}", 1))]);
}
