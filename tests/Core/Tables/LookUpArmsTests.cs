using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Results;
using Seal.Core.Tables;

namespace Seal.Core.Tests.Tables;

public sealed class LookUpArmsTests
{
    // a is right on tasks named a, b on tasks named b; the training tasks have one more for b.
    private static bool ByName(string task, string edit, int replicate) => edit == SmallTable.A ? task.EndsWith('a') : !task.EndsWith('a');

    [Fact]
    public void Of_TrainConstant_IsTheEditBestOnTrainingTasksWhateverItDoesOnTheOthers()
    {
        var row = Row(SmallTable.Results(ByName), LookUpArms.TrainConstant);

        Assert.Equal([SmallTable.B, SmallTable.B], Payloads(row));
        Assert.Equal([false, true], Solved(row));
    }

    [Fact]
    public void Of_TaskOracle_TakesEachTasksOwnEdit() => Assert.Equal([SmallTable.A, SmallTable.B], Payloads(Row(SmallTable.Results(ByName), LookUpArms.TaskOracle)));

    [Fact]
    public void Of_TaskOracle_DoesNotChooseByTheInnerSeedItIsMeasuredUnder()
    {
        // Which edit is right changes with the inner seed: chosen under the one, it is wrong under the other.
        var results = SmallTable.Results((_, edit, replicate) => edit == SmallTable.A == (replicate == 0));

        Assert.Equal([false, false], Solved(Row(results, LookUpArms.TaskOracle)));
        Assert.Equal([true, true], Solved(Row(results, LookUpArms.TaskOracleInSample)));
    }

    [Fact]
    public void Of_Uniform_HasEveryEditOnce()
    {
        var row = Row(SmallTable.Results(ByName), LookUpArms.Uniform);

        Assert.All(row.Phases[0].Tasks, task => Assert.Equal([SmallTable.A, SmallTable.B], task.Candidates.Select(candidate => candidate.Payload)));
    }

    [Fact]
    public void Of_ALearningArm_GetsRowsUnderItsOwnSeeds()
    {
        var arms = LookUpArms.Of(SmallTable.Results(ByName, 2, SmallTable.Learner(3, SmallTable.B), SmallTable.Learner(5, SmallTable.B)));

        Assert.Equal([3L, 5L], arms.Where(arm => arm.Arm == LookUpArms.TrainConstant).Select(arm => arm.Seed));
        var frequencies = arms.Where(arm => arm.Arm == "seal-" + LookUpArms.Frequencies).ToArray();
        Assert.Equal([3L, 5L], frequencies.Select(arm => arm.Seed));
        // Only b was kept, so its settings are all there is to draw.
        Assert.All(frequencies, arm => Assert.Equal([SmallTable.B, SmallTable.B], Payloads(arm)));
        Assert.Equal([SmallTable.B, SmallTable.B], Payloads(arms.First(arm => arm.Arm == "seal-" + LookUpArms.Permuted)));
    }

    [Fact]
    public void Of_ALearningArmsFavourite_IsWhatItWroteMostOftenInTheEndOnEveryTask()
    {
        // Twice b and three times a over both tasks, although b is what the first task has most of.
        var learner = SmallTable.Learner(3, SmallTable.B);
        var last = learner.Phases[^1];
        var wrote = last.Tasks.Select((task, i) => task with { Candidates = [.. (i == 0 ? new[] { SmallTable.B, SmallTable.B, SmallTable.A } : [SmallTable.A, SmallTable.A]).Select((payload, c) => task.Candidates[0] with { Index = c, Payload = payload })] });
        var row = Row(SmallTable.Results(ByName, 2, learner with { Phases = [.. learner.Phases.SkipLast(1), last with { Tasks = [.. wrote] }] }), "seal-" + LookUpArms.Favourite);

        Assert.Equal([SmallTable.A, SmallTable.A], Payloads(row));
        Assert.Equal([true, false], Solved(row));
        Assert.NotNull(LookUpArms.Describe(row.Arm));
    }

    [Fact]
    public void Of_EveryRow_SeesATaskUnderTheInnerSeedOfItsOuterSeed()
    {
        var results = SmallTable.Results((task, _, replicate) => replicate == InnerSeeds.Replicate(7, task, trains: false, 2), 2, SmallTable.Learner(7, SmallTable.A));

        Assert.Equal([true, true], Solved(Row(results, LookUpArms.TrainConstant)));
    }

    [Fact]
    public void Of_SweepWithoutATable_IsEmpty() =>
        Assert.Empty(LookUpArms.Of(new SweepResults("s", "m", "c", [], [], [SmallTable.Learner(1, SmallTable.A)])));

    [Fact]
    public void Of_TableJudgedByVotes_ChoosesAndCountsByVotes()
    {
        // On the plain view a is right everywhere; by the vote b is.
        var results = SmallTable.Voted(SmallTable.Results((_, edit, _) => edit == SmallTable.A), (_, edit) => edit == SmallTable.B);
        var row = Row(results, LookUpArms.TrainConstant);

        Assert.Equal([SmallTable.B, SmallTable.B], Payloads(row));
        Assert.Equal((2, 0), (ResultTable.Of([row])[0].Solved, ResultTable.Of([row])[0].Exact));
        Assert.Equal(Scores.VoteTop2, row.Score);
        Assert.Equal(1, ArmScores.ByRound([row])[0].Table.Mean);
    }

    [Fact]
    public void Headline_SharesTheGainOfAChoiceByTask()
    {
        // The learner solves everything, chance half, the oracle everything.
        var results = SmallTable.Results(ByName, 2, SmallTable.Learner(1, SmallTable.A));
        var headline = Assert.Single(Headlines.Of([.. results.Runs, .. LookUpArms.Of(results)]));

        Assert.Equal(("seal", 1.0), (headline.Arm, headline.Share.Value));
    }

    private static RunRecord Row(SweepResults results, string arm) => LookUpArms.Of(results).First(row => row.Arm == arm);

    private static IEnumerable<string?> Payloads(RunRecord row) => row.Phases[0].Tasks.Select(task => task.Candidates[0].Payload);

    private static IEnumerable<bool> Solved(RunRecord row) => row.Phases[0].Tasks.Select(task => task.Candidates[0].Solved);
}
