using Seal.Core.Tables;

namespace Seal.Core.Tests.Tables;

public sealed class RewardTableTests
{
    [Fact]
    public void Of_TableRun_HasEveryEditTaskAndInnerSeed()
    {
        var table = Assert.Single(RewardTable.Of(SmallTable.Results((_, _, _) => true, replicates: 3)));

        Assert.Equal((3, 2, 3, 2, 30), (table.Replicates, table.Edits.Count, table.TrainingTasks.Count, table.EvaluationTasks.Count, table.Entries.Count));
        Assert.NotNull(table.Find("train-c", SmallTable.B, 2));
        Assert.Null(table.Find("train-c", SmallTable.B, 3));
    }

    [Fact]
    public void Mean_WithoutAnInnerSeed_LeavesItOut()
    {
        var table = RewardTable.Of(SmallTable.Results((_, _, replicate) => replicate == 0))[0];

        Assert.Equal(0.5, table.Mean("eval-a", SmallTable.A).Solved);
        Assert.Equal(0, table.Mean("eval-a", SmallTable.A, replicate => replicate != 0).Solved);
        Assert.True(double.IsNaN(RewardTable.Of(SmallTable.Results((_, _, _) => true, 1))[0].Mean("eval-a", SmallTable.A, replicate => replicate != 0).Solved));
    }

    [Fact]
    public void Summary_WhereTheBestEditDiffersByTask_TellsWhatAChoiceCanWin()
    {
        var summary = TableSummary.Of(RewardTable.Of(SmallTable.Results((task, edit, _) => edit == SmallTable.A == task.EndsWith('a')))[0]);

        Assert.Equal((SmallTable.B, 1.0, 1.0, 0.5), (summary.Training!.Edit, summary.Training.Oracle, summary.Training.OracleInSample, summary.Training.Uniform));
        Assert.Equal((2.0 / 3, 2.0 / 3), (summary.Training.ConstantInSample, summary.Training.Constant));
    }
}
