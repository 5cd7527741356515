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

        var best = table.Best(tasks);
        var uniform = table.Edits.Average(edit => tasks.Average(task => Zero(table.Mean(task, edit).Solved)));
        var inSample = tasks.Average(task => table.Edits.Max(edit => Zero(table.Mean(task, edit).Solved)));
        double? constant = table.Replicates > 1 ? CrossFit(table, tasks, ConstantWithout) : null;
        double? oracle =
            table.Replicates > 1 ? CrossFit(table, tasks, measured => task => table.Best([task], replicate => replicate != measured)) : null;
        return new TableSplit(best, tasks.Average(task => Zero(table.Mean(task, best).Solved)), inSample, uniform, constant, oracle);

        Func<string, string> ConstantWithout(int measured)
        {
            var one = table.Best(tasks, replicate => replicate != measured);
            return _ => one;
        }
    }

    /// <summary>Chosen under all inner seeds but one, measured under that one, averaged over which one it is.</summary>
    private static double CrossFit(RewardTable table, IReadOnlyList<string> tasks, Func<int, Func<string, string>> choose) =>
        Enumerable
            .Range(0, table.Replicates)
            .Average(measured =>
            {
                var chosen = choose(measured);
                return tasks.Average(task => table.Find(task, chosen(task), measured)?.Success(table.Score) ?? 0);
            });

    private static double Zero(double value) => double.IsNaN(value) ? 0 : value;
}

/// <summary>Constant and oracle of some tasks. What is chosen and measured on the same trials is inflated, the oracle far more than the constant;
/// what few trials choose is less than the best.</summary>
/// <param name="Edit">The best constant self-edit of these tasks.</param>
/// <param name="ConstantInSample">The share that it solves, chosen and measured on the same trials.</param>
/// <param name="OracleInSample">The share that each task's best self-edit solves, chosen and measured on the same trials: an upper bound.</param>
/// <param name="Uniform">The share that a uniformly drawn self-edit solves.</param>
/// <param name="Constant">The best constant under another inner seed than it was chosen under; null under one inner seed.</param>
/// <param name="Oracle">Each task's best self-edit under another inner seed than it was chosen under: a lower bound, as it is chosen by few trials;
/// null under one inner seed.</param>
public sealed record TableSplit(string Edit, double ConstantInSample, double OracleInSample, double Uniform, double? Constant, double? Oracle);
