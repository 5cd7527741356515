using Seal.Core.Candidates;
using Seal.Core.Results;
using Seal.Core.Sweeps;
using Seal.Core.Tables;

namespace Seal.Core.Tests.Tables;

public sealed class RewardTableTests
{
    [Fact]
    public void Of_TableRun_HasEveryEditTaskAndInnerSeed()
    {
        var table = Assert.Single(RewardTable.Of(SmallTable.Results((_, _, _) => true, replicates: 3)));

        Assert.Equal(
            (3, 2, 3, 2, 30),
            (table.Replicates, table.Edits.Count, table.TrainingTasks.Count, table.EvaluationTasks.Count, table.Entries.Count)
        );
        Assert.NotNull(table.Find("train-c", SmallTable.B, 2));
        Assert.Null(table.Find("train-c", SmallTable.B, 3));
    }

    [Fact]
    public void Mean_WithoutAnInnerSeed_LeavesItOut()
    {
        var table = RewardTable.Of(SmallTable.Results((_, _, replicate) => replicate == 0))[0];

        Assert.Equal(0.5, table.Mean("eval-a", SmallTable.A).Solved);
        Assert.Equal(0, table.Mean("eval-a", SmallTable.A, replicate => replicate != 0).Solved);
        Assert.True(
            double.IsNaN(RewardTable.Of(SmallTable.Results((_, _, _) => true, 1))[0].Mean("eval-a", SmallTable.A, replicate => replicate != 0).Solved)
        );
    }

    [Fact]
    public void Summary_WhereTheBestEditDiffersByTask_TellsWhatAChoiceCanWin()
    {
        var summary = TableSummary.Of(RewardTable.Of(SmallTable.Results((task, edit, _) => edit == SmallTable.A == task.EndsWith('a')))[0]);

        Assert.Equal(
            (SmallTable.B, 1.0, 1.0, 0.5),
            (summary.Training!.Edit, summary.Training.Oracle, summary.Training.OracleInSample, summary.Training.Uniform)
        );
        Assert.Equal((2.0 / 3, 2.0 / 3), (summary.Training.ConstantInSample, summary.Training.Constant));
    }

    [Fact]
    public void Best_OfEqualSelfEdits_TakesTheOneWithFewestStepsThenTheEarlier()
    {
        Assert.Equal(SmallTable.B, Best((_, _, _) => true, edit => edit == SmallTable.A ? 11 : 10));
        Assert.Equal(SmallTable.A, Best((_, _, _) => true, edit => edit == SmallTable.A ? 10 : 11));
        Assert.Equal(SmallTable.A, Best((_, _, _) => true, _ => 10));
    }

    [Fact]
    public void Best_RightTokens_CountMoreThanStepsAndLessThanSolvedTasks()
    {
        Assert.Equal(SmallTable.B, Best((_, _, _) => true, edit => edit == SmallTable.A ? 1 : 100, edit => edit == SmallTable.A ? 0.5 : 0.6));
        Assert.Equal(
            SmallTable.A,
            Best((_, edit, _) => edit == SmallTable.A, edit => edit == SmallTable.A ? 100 : 1, edit => edit == SmallTable.A ? 0.1 : 0.9)
        );
    }

    [Fact]
    public void Best_WhatTheTableLacks_IsChosenLast()
    {
        var results = SmallTable.Results((_, _, _) => false);
        var run = results.Runs[0];
        // Of b there is nothing on training tasks: not even its low steps make it the choice.
        var without = SmallTable.Each(run, (_, one) => one.Payload == SmallTable.B ? one with { Payload = null } : one);
        var table = RewardTable.Of(results with { Runs = [without] })[0];

        Assert.Equal(SmallTable.A, table.Best(table.TrainingTasks));
    }

    [Fact]
    public void Best_UnderSomeInnerSeeds_LooksAtThoseAlone()
    {
        var table = RewardTable.Of(SmallTable.Results((_, edit, replicate) => edit == SmallTable.A == (replicate == 0)))[0];

        Assert.Equal(SmallTable.A, table.Best(["eval-a"], replicate => replicate == 0));
        Assert.Equal(SmallTable.B, table.Best(["eval-a"], replicate => replicate == 1));
    }

    [Fact]
    public void Mean_OfTrials_IsTheShareSolvedTheRightTokensAndTheSteps()
    {
        var table = RewardTable.Of(SmallTable.Costing(SmallTable.Results((_, _, replicate) => replicate > 0, replicates: 4), _ => 12, _ => 0.25))[0];

        Assert.Equal((0.75, 0.25, 12.0), table.Mean("train-a", SmallTable.A));
    }

    [Fact]
    public void Of_TableRun_KeepsTasksAndSelfEditsInTheirOrder()
    {
        var table = RewardTable.Of(SmallTable.Results((_, _, _) => true))[0];

        Assert.Equal(["train-a", "train-b", "train-c"], table.TrainingTasks);
        Assert.Equal(["eval-a", "eval-b"], table.EvaluationTasks);
        Assert.Equal([SmallTable.A, SmallTable.B], table.Edits);
        Assert.Equal((true, null), (table.IsComplete, table.Score));
        Assert.Equal(
            new TableEntry("train-b", true, 1, 1, table.Find("train-b", SmallTable.B, 1)!),
            table.Entries.Single(entry => entry is { Task: "train-b", Replicate: 1, Edit: 1 })
        );
    }

    [Fact]
    public void Of_RunsThatAreNoTables_LeavesThemOut() =>
        Assert.Empty(RewardTable.Of([SmallTable.Learner(1, SmallTable.A), Support.Records.Run("table", 1)]));

    [Fact]
    public void Judges_TrialsThatDiffer_IsNoLookUp()
    {
        var table = RewardTable.Of(SmallTable.Results((_, _, _) => true))[0];
        var learner = SmallTable.Learner(1, SmallTable.B);
        RunRecord Last(Func<CandidateRecord, CandidateRecord> change) =>
            learner with
            {
                Phases = [.. learner.Phases.SkipLast(1), SmallTable.Each(learner, (_, one) => change(one)).Phases[^1]],
            };

        Assert.True(table.Judges(learner));
        Assert.False(table.Judges(Last(candidate => candidate with { Trial = candidate.Trial! with { Details = "other" } })));
        // Of what the table lacks, and of texts that are no self-edits, it says nothing against the run.
        Assert.True(table.Judges(Last(candidate => candidate with { Payload = "{}", Trial = candidate.Trial! with { Details = "other" } })));
        Assert.True(table.Judges(Last(candidate => candidate with { Payload = null, Trial = null })));
        Assert.True(table.Judges(learner with { Phases = [learner.Phases[1]] }));
    }

    [Fact]
    public void Summary_OfEachSplit_IsCountedByHand()
    {
        // Two inner seeds. a is right on train-a under both and on train-b under the first; b is right on train-b and train-c under the second.
        bool Solves(string task, string edit, int replicate) =>
            edit == SmallTable.A ? task == "train-a" || (task == "train-b" && replicate == 0) : task is "train-b" or "train-c" && replicate == 1;

        var split = TableSummary.Of(RewardTable.Of(SmallTable.Results(Solves))[0]).Training!;

        // a: 1, ½, 0; b: 0, ½, ½.
        Assert.Equal(SmallTable.A, split.Edit);
        Assert.Equal((0.5, 2.0 / 3, (0.5 + (1.0 / 3)) / 2), (split.ConstantInSample, split.OracleInSample, split.Uniform));
        // Chosen under the second seed is b, right nowhere under the first; chosen under the first is a, right on one of three under the second.
        Assert.Equal(((0 + (1.0 / 3)) / 2, 1.0 / 3), (split.Constant!.Value, split.Oracle!.Value));
    }

    [Fact]
    public void Summary_OfOneInnerSeed_HasNothingMeasuredElsewhere()
    {
        var summary = TableSummary.Of(RewardTable.Of(SmallTable.Results((_, _, _) => true, replicates: 1))[0]);

        Assert.Equal((null, null, 1.0), (summary.Evaluation!.Constant, summary.Evaluation.Oracle, summary.Evaluation.OracleInSample));
    }

    [Fact]
    public void Summary_OfASplitWithoutTasks_IsNothing()
    {
        var results = SmallTable.Results((_, _, _) => true);
        var run = results.Runs[0];
        var table = RewardTable.Of([run with { Phases = [.. run.Phases.Where(phase => phase.Phase.Kind == PhaseKind.TableEvaluate)] }])[0];

        Assert.Null(TableSummary.Of(table).Training);
        Assert.NotNull(TableSummary.Of(table).Evaluation);
    }

    private static string Best(Func<string, string, int, bool> solves, Func<string, int> steps, Func<string, double>? accuracy = null)
    {
        var table = RewardTable.Of(SmallTable.Costing(SmallTable.Results(solves), steps, accuracy))[0];
        return table.Best(table.TrainingTasks);
    }
}
