namespace Seal.Core.Tables;

/// <summary>What a reward table says by itself.</summary>
/// <param name="Training">On the training tasks; null where there are none.</param>
/// <param name="Evaluation">On the evaluation tasks; null where there are none.</param>
public sealed record TableSummary(TableSplit? Training, TableSplit? Evaluation)
{
    public static TableSummary Of(RewardTable table) => new(Split(table, table.TrainingTasks), Split(table, table.EvaluationTasks));

    private static TableSplit? Split(RewardTable table, IReadOnlyList<string> tasks)
    {
        if (tasks.Count == 0 || table.Edits.Count == 0)
        {
            return null;
        }

        var best = table.Edits.Select(edit => (Edit: edit, Share: tasks.Average(task => Zero(table.Mean(task, edit).Solved)))).MaxBy(item => item.Share);
        var uniform = table.Edits.Average(edit => tasks.Average(task => Zero(table.Mean(task, edit).Solved)));
        var inSample = tasks.Average(task => table.Edits.Max(edit => Zero(table.Mean(task, edit).Solved)));
        return new TableSplit(best.Edit, best.Share, Oracle(table, tasks), inSample, uniform);
    }

    /// <summary>Chosen under all inner seeds but one, measured under that one, averaged over which one it is.</summary>
    private static double Oracle(RewardTable table, IReadOnlyList<string> tasks) => tasks.Average(task => Enumerable.Range(0, table.Replicates).Average(measured =>
    {
        int? left = table.Replicates > 1 ? measured : null;
        var chosen = table.Edits.Select(edit => (Edit: edit, Mean: table.Mean(task, edit, left)))
            .OrderByDescending(item => Zero(item.Mean.Solved)).ThenByDescending(item => Zero(item.Mean.Accuracy)).ThenBy(item => Zero(item.Mean.Steps)).First().Edit;
        return table.Find(task, chosen, measured)?.Solves(table.Score) == true ? 1 : 0;
    }));

    private static double Zero(double value) => double.IsNaN(value) ? 0 : value;
}

/// <param name="Edit">The best constant self-edit of these tasks.</param>
/// <param name="Constant">The share that it solves, chosen and measured on the same trials.</param>
/// <param name="Oracle">The share that each task's best self-edit solves, under another inner seed than it was chosen under.</param>
/// <param name="OracleInSample">The same, chosen and measured on the same trials: inflated.</param>
/// <param name="Uniform">The share that a uniformly drawn self-edit solves.</param>
public sealed record TableSplit(string Edit, double Constant, double Oracle, double OracleInSample, double Uniform);
