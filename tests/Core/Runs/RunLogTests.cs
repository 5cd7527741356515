using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Runs;
using Seal.Core.Sweeps;
using Seal.Core.Tests.Support;

namespace Seal.Core.Tests.Runs;

/// <summary>What a run makes of the phases that have ended.</summary>
public sealed class RunLogTests
{
    private static readonly TaskRecord Task = SmallRecords.Task("ta", SmallRecords.Scored(0, "edit 1", 1));
    private static readonly UpdateResult Learned = new("adapter", 1, 2, 1, null);

    [Fact]
    public void AreSound_TasksWithoutLosses_AreSound() => Assert.True(new PhaseTasks([Task]).AreSound);

    [Fact]
    public void AreSound_ACandidateThatWasGivenUp_IsALoss() =>
        Assert.False(new PhaseTasks([Task, SmallRecords.Task("tb", SmallRecords.Scored(0, "a", 1), SmallRecords.Poisoned(1, "b"))]).AreSound);

    [Fact]
    public void AreSound_ATaskThatHasNoProposals_IsALoss() => Assert.False(new PhaseTasks([Task, SmallRecords.Task("tb")]).AreSound);

    [Fact]
    public void IsUpdateLost_PairsWithoutAnUpdate_IsALoss()
    {
        Assert.True(Entry("train-1", kept: 1).IsUpdateLost);
        Assert.False(Entry("train-1", kept: 1, update: Learned).IsUpdateLost);
        // One that diverged was not lost.
        Assert.False(Entry("train-1", kept: 1, update: new UpdateResult(null, 1, null, null, "diverged")).IsUpdateLost);
        // Where nothing was kept there is no update to miss.
        Assert.False(Entry("train-1").IsUpdateLost);
    }

    [Fact]
    public void UnderWay_OfALog_IsTheNextOneAndWhatFollowsWhenItsTasksAreIn()
    {
        var start = Log(2);
        Assert.Equal((PhaseId.Evaluate(0), null, "evaluate-0"), (start.UnderWay!.Phase, start.Update, start.Name(updates: false)));

        var round = start.With(Entry("evaluate-0"));
        Assert.Equal((PhaseId.Train(1), PhaseId.Train(1)), (round.UnderWay!.Phase, round.Update!.Round));
        Assert.Equal(("train-1", "update-1"), (round.Name(updates: false), round.Name(updates: true)));

        var end = Log(2, "evaluate-0", "train-1", "train-2", "evaluate-2");
        Assert.Equal((null, null, "ended", 4, 4), (end.UnderWay, end.Update, end.Name(updates: false), end.Ended, end.Planned));
        Assert.Equal((1, 4), (round.Ended, round.Planned));
    }

    [Fact]
    public void LatestAndEntry_AreOfPhasesThatHaveEnded()
    {
        Assert.Null(Log(2).Latest);
        var log = Log(2, "evaluate-0", "train-1");
        Assert.Equal(PhaseId.Train(1), log.Latest!.Phase);
        Assert.Equal(PhaseId.Evaluate(0), log.Entry(PhaseId.Evaluate(0))!.Phase);
        Assert.Null(log.Entry(PhaseId.Train(2)));
    }

    /// <summary>A round that kept nothing is an update too: the policy after it is the one before.</summary>
    [Fact]
    public void Adapters_OfAVersion_AreThoseAfterSoManyRounds()
    {
        var (first, third) = (new ListRef(1, "one"), new ListRef(2, "two"));
        var log = new RunLog(
            Script(3),
            [Entry("evaluate-0"), Entry("train-1", adapters: first), Entry("train-2", adapters: first), Entry("train-3", adapters: third)]
        );

        Assert.Equal([ListRef.Empty, first, first, third], Enumerable.Range(0, 4).Select(updates => log.Adapters(new Theta(updates))));
        Assert.Throws<ArgumentException>(() => log.Adapters(new Theta(4)));
    }

    /// <summary>Steps and phases are counted apart: a round is two steps.</summary>
    [Theory]
    [InlineData(3, "evaluate-0 train-1 train-2 evaluate-2", 3)]
    [InlineData(3, "evaluate-0 train-1", 2)]
    [InlineData(3, "", 0)]
    [InlineData(2, "evaluate-0 train-1 train-2 evaluate-2", 4)]
    [InlineData(1, "evaluate-0 train-1 train-2 evaluate-2", 2)]
    public void Kept_UnderMoreRounds_IsWhatBothBeginWith(int rounds, string ended, int kept) =>
        Assert.Equal(kept, Log(2, ended.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Kept(Script(rounds)));

    [Fact]
    public void Kept_WhereAnEvaluationCameAnotherTime_EndsBeforeIt()
    {
        var every = RunScript.Of(SmallRecords.Run(update: new UpdateSettings(Rounds: 2), evaluate: new EvaluateSettings(EvaluateWhen.Every)));

        Assert.Equal(2, Log(2, "evaluate-0", "train-1", "train-2").Kept(every));
        Assert.Equal(0, Log(2, "evaluate-0").Kept(RunScript.Of(SmallRecords.Run(evaluate: new EvaluateSettings(EvaluateWhen.Last)))));
    }

    private static RunScript Script(int rounds) => RunScript.Of(SmallRecords.Run(update: new UpdateSettings(Rounds: rounds)));

    private static RunLog Log(int rounds, params string[] ended) => new(Script(rounds), [.. ended.Select(phase => Entry(phase))]);

    private static PhaseEntry Entry(string phase, int kept = 0, UpdateResult? update = null, ListRef? adapters = null)
    {
        var id = PhaseId.Parse(phase)!.Value;
        return new PhaseEntry(id, id.Round, "policy", kept, update, "tasks", adapters ?? ListRef.Empty);
    }
}
