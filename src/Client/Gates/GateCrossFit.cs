namespace Seal.Client.Gates;

/// <summary>
/// The gate without the winner's curse, by cross-fitting: what is chosen under all inner seeds but one is measured under that one, averaged over
/// which one it is; what is chosen for several tasks is measured on one that had no say in it. The best of many noisy trials overstates what
/// choosing it again would give.
/// </summary>
/// <param name="Oracle">Share of tasks that each task's chosen edit solves, 0..1: a lower bound, as few trials choose it.</param>
/// <param name="Group">The same with one edit for each group of tasks: what a policy gets that knows kinds of tasks.</param>
/// <param name="Constant">The same with one edit for all tasks.</param>
internal sealed record GateCrossFit(double Oracle, double Group, double Constant)
{
    /// <summary>What choosing per task adds over one edit for all, 0..1.</summary>
    public double Gap => Oracle - Constant;

    /// <summary>What choosing per group of tasks adds over one edit for all, 0..1.</summary>
    public double GroupGap => Group - Constant;

    /// <returns>Null where no task was tried under two inner seeds.</returns>
    public static GateCrossFit? Of(IReadOnlyList<GateTrial> trials, Func<string, string> groupOf, Func<GateTrial, double> success)
    {
        int[] seeds = [.. trials.Select(trial => trial.Seed).Distinct().Order()];
        if (seeds.Length < 2)
        {
            return null;
        }

        var oracle = seeds.Average(seed => Share(trials, seed, task => task, success));
        var group = seeds.Average(seed => Share(trials, seed, groupOf, success));
        return new GateCrossFit(oracle, group, seeds.Average(seed => Share(trials, seed, _ => "", success)));
    }

    /// <summary>
    /// Each task gets the edit that does best on its class under the other seeds, its own trials left out where the class has others: most often
    /// right; of equals the one with more right tokens, then with fewer steps.
    /// </summary>
    private static double Share(IReadOnlyList<GateTrial> trials, int measured, Func<string, string> classOf, Func<GateTrial, double> success)
    {
        var known = trials.Where(trial => trial.Seed != measured).ToLookup(trial => classOf(trial.Task), StringComparer.Ordinal);
        var shares = new List<double>();
        foreach (var task in trials.Where(trial => trial.Seed == measured).GroupBy(trial => trial.Task, StringComparer.Ordinal))
        {
            var own = known[classOf(task.Key)].ToArray();
            var others = own.Where(trial => trial.Task != task.Key).ToArray();
            var chosen = (others.Length > 0 ? others : own)
                .GroupBy(trial => trial.Edit, StringComparer.Ordinal)
                .OrderByDescending(edit => edit.Average(success))
                .ThenByDescending(edit => edit.Average(trial => trial.Accuracy))
                .ThenBy(edit => edit.Average(trial => trial.Steps))
                .ThenBy(edit => edit.Key, StringComparer.Ordinal)
                .FirstOrDefault()
                ?.Key;
            shares.Add(task.Where(trial => trial.Edit == chosen).Select(success).DefaultIfEmpty(0).Average());
        }

        return shares.DefaultIfEmpty(0).Average();
    }
}
