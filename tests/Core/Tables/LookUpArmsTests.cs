using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Results;
using Seal.Core.Sweeps;
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
    public void Of_TaskOracle_TakesEachTasksOwnEdit() =>
        Assert.Equal([SmallTable.A, SmallTable.B], Payloads(Row(SmallTable.Results(ByName), LookUpArms.TaskOracle)));

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
    }

    [Fact]
    public void Of_ALearningArmsPermuted_UsesEachTasksSelfEditOnAnotherTask()
    {
        // It writes a for eval-a and b for eval-b, which solve them; on each other's tasks they do not.
        var results = SmallTable.Results(ByName, 2, SmallTable.LearnerByTask(3, task => task == "eval-a" ? SmallTable.A : SmallTable.B));
        var row = Row(results, "seal-" + LookUpArms.Permuted);

        Assert.Equal([SmallTable.B, SmallTable.A], Payloads(row));
        Assert.Equal([false, false], Solved(row));
    }

    [Fact]
    public void Of_ALearningArmsPermuted_OverManyTasksMovesEverySelfEditAndLosesNone()
    {
        // Twelve tasks, each with a self-edit that is its own.
        string[] tasks = [.. Enumerable.Range(0, 12).Select(i => $"t{i:00}")];
        string Own(string task) => $$"""{"rate":{{task[1..]}}}""";
        CandidateRecord[] Every(string _) => [.. tasks.Select((task, i) => Support.Records.Scored(i, Own(task), false, details: "same"))];
        var table = Support.Records.Run(
            "table",
            1,
            new PhaseRecord(new PhaseId(PhaseKind.TableEvaluate, 0), 0, "", 0, null, [.. tasks.Select(task => new TaskRecord(task, 0, Every(task)))])
        );
        foreach (var seed in Enumerable.Range(1, 5))
        {
            var last = new PhaseRecord(
                PhaseId.Evaluate(1),
                1,
                "",
                0,
                null,
                [.. tasks.Select(task => Support.Records.Task(task, Support.Records.Scored(0, Own(task), true, details: "same")))]
            );
            var kept = Support.Records.Task("tr", Support.Records.Scored(0, Own("t00"), true));
            var train = new PhaseRecord(PhaseId.Train(1), 1, "", 1, new UpdateResult(null, 1, 1, 1, null), [kept]);
            var row = Row(
                new SweepResults("s", "m", "c", [], [], [table, Support.Records.Run("seal", seed, train, last)]),
                "seal-" + LookUpArms.Permuted
            );

            Assert.Equal(tasks.Select(Own).Order(StringComparer.Ordinal), Payloads(row).Order(StringComparer.Ordinal));
            Assert.All(row.Phases[0].Tasks, task => Assert.NotEqual(Own(task.Task), task.Candidates[0].Payload));
        }
    }

    [Fact]
    public void Of_EqualConstants_TakesTheOneWithFewestSteps()
    {
        var dear = SmallTable.Costing(SmallTable.Results((_, _, _) => true), edit => edit == SmallTable.A ? 20 : 10);
        var cheap = SmallTable.Costing(SmallTable.Results((_, _, _) => true), edit => edit == SmallTable.A ? 10 : 20);

        Assert.Equal([SmallTable.B, SmallTable.B], Payloads(Row(dear, LookUpArms.TrainConstant)));
        Assert.Equal([SmallTable.A, SmallTable.A], Payloads(Row(cheap, LookUpArms.TrainConstant)));
        Assert.Equal([SmallTable.B, SmallTable.B], Payloads(Row(dear, LookUpArms.TaskOracle)));
    }

    [Fact]
    public void Of_ALearningArmsFavourite_IsWhatItKeptMostOftenInItsLastRoundOnEveryTask()
    {
        // Kept: twice a and once b; written in the end: b.
        var row = Row(SmallTable.Results(ByName, 2, Kept(SmallTable.A, SmallTable.B, SmallTable.A)), "seal-" + LookUpArms.Favourite);

        Assert.Equal([SmallTable.A, SmallTable.A], Payloads(row));
        Assert.Equal([true, false], Solved(row));
        Assert.NotNull(LookUpArms.Describe(row.Arm));
    }

    [Fact]
    public void Of_FavouriteThatTheTableLacks_IsNoRowRatherThanAnother() =>
        Assert.DoesNotContain(
            LookUpArms.Of(SmallTable.Results(ByName, 2, Kept("{}", SmallTable.B, "{}"))),
            row => row.Arm == "seal-" + LookUpArms.Favourite
        );

    [Fact]
    public void Of_ArmWhoseTrialsAreNotTheTables_HasNoLookUps()
    {
        // Its inner loops left something else behind than the table's: other weights, or other settings.
        var learner = SmallTable.Learner(3, SmallTable.B);
        var other = SmallTable.Each(learner, (_, one) => one with { Trial = one.Trial! with { Details = "other" } });
        var results = SmallTable.Results(ByName, 2, other);

        Assert.DoesNotContain(LookUpArms.Of(results), row => row.Arm.StartsWith("seal-", StringComparison.Ordinal));
        Assert.Empty(Headlines.Of([.. results.Runs, .. LookUpArms.Of(results)]));
    }

    [Fact]
    public void Of_TableOfOneInnerSeed_HasNoOracleThatWasChosenElsewhere()
    {
        var arms = LookUpArms.Of(SmallTable.Results(ByName, 1)).Select(row => row.Arm).ToArray();

        Assert.Contains(LookUpArms.TaskOracleInSample, arms);
        Assert.DoesNotContain(LookUpArms.TaskOracle, arms);
    }

    [Fact]
    public void Rows_OfCopiesOfTrials_AreAsUncertainAsTheTrials()
    {
        // Ten outer seeds look the same two trials up, of which one solves: the interval is that of two trials, not of twenty.
        var rows = ResultTable.Of(
            LookUpArms.Of(SmallTable.Results(ByName, 2, [.. Enumerable.Range(1, 10).Select(seed => SmallTable.Learner(seed, SmallTable.B))]))
        );
        var constant = rows.First(row => row.Arm == LookUpArms.TrainConstant);

        Assert.Equal((20, 10, 2), (constant.Candidates, constant.Solved, constant.Trials));
        Assert.Equal(Seal.Core.Statistics.Wilson.Interval(1, 2), constant.SolvedInterval);
    }

    [Fact]
    public void Of_EveryRow_SeesATaskUnderTheInnerSeedOfItsOuterSeed()
    {
        var results = SmallTable.Results(
            (task, _, replicate) => replicate == InnerSeeds.Replicate(7, task, trains: false, 2),
            2,
            SmallTable.Learner(7, SmallTable.A)
        );

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

    private static RunRecord Kept(params string[] payloads)
    {
        var learner = SmallTable.Learner(3, SmallTable.B);
        var train = learner.Phases[1];
        var one = train.Tasks[0].Candidates[0];
        var task = train.Tasks[0] with { Candidates = [.. payloads.Select((payload, i) => one with { Index = i, Payload = payload })] };
        return learner with { Phases = [learner.Phases[0], train with { Tasks = [task] }, learner.Phases[2]] };
    }

    private static RunRecord Row(SweepResults results, string arm) => LookUpArms.Of(results).First(row => row.Arm == arm);

    private static IEnumerable<string?> Payloads(RunRecord row) => row.Phases[0].Tasks.Select(task => task.Candidates[0].Payload);

    private static IEnumerable<bool> Solved(RunRecord row) => row.Phases[0].Tasks.Select(task => task.Candidates[0].Solved);
}
