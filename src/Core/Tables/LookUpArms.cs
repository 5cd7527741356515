using System.Globalization;
using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Jobs;
using Seal.Core.Randomness;
using Seal.Core.Results;
using Seal.Core.Sweeps;

namespace Seal.Core.Tables;

/// <summary>
/// The baselines that cost nothing once there is a reward table, as runs like those that were run: so rows, differences and comparisons treat them
/// alike. Every outer seed sees a task under the inner seed that its other arms see it under. Pure.
/// </summary>
public static class LookUpArms
{
    /// <summary>Every self-edit of the table, each as often: what a uniformly random one may expect, without the noise of drawing.</summary>
    public const string Uniform = "uniform";

    /// <summary>The one self-edit that is best on the training tasks.</summary>
    public const string TrainConstant = "train-constant";

    /// <summary>The one self-edit that is best on the evaluation tasks themselves: no constant is better, and nobody knows it beforehand.</summary>
    public const string HindsightConstant = "hindsight-constant";

    /// <summary>Each task's best self-edit, chosen under the other inner seeds and measured under the outer seed's.</summary>
    public const string TaskOracle = "task-oracle";

    /// <summary>Whether any self-edit solves the task under the very inner seed it is judged by: an upper bound, inflated by choosing and measuring
    /// at once.</summary>
    public const string TaskOracleInSample = "task-oracle-in-sample";

    /// <summary>Of a few drawn self-edits the one that fits the demonstrations best, which its training had: needs no test output.</summary>
    public const string BestOfK = "best-of-k";

    /// <summary>Behind a learning arm's name: settings drawn as often as among its kept self-edits, each by itself, without a network.</summary>
    public const string Frequencies = "frequencies";

    /// <summary>Behind a learning arm's name: its own self-edits, each used on another task.</summary>
    public const string Permuted = "permuted";

    /// <summary>As <see cref="Permuted"/>, each on another task of its kind: what knowing the kind alone is worth.</summary>
    public const string PermutedWithin = "permuted-within";

    /// <summary>As <see cref="Permuted"/>, each on a task of another kind: what is left when the kind is wrong.</summary>
    public const string PermutedAcross = "permuted-across";

    /// <summary>For each task the self-edit best on the training tasks of its kind: a table of a few lines in the place of the network.</summary>
    public const string KindTable = "kind-table";

    /// <summary>For each task the self-edit best on the training tasks of its family.</summary>
    public const string FamilyTable = "family-table";

    /// <summary>Behind a learning arm's name: the one self-edit that it kept most often in its last round, on the training tasks, used on every
    /// evaluation task: what its constant would be.</summary>
    public const string Favourite = "favourite";

    private const int K = 5;
    private const int MostRedraws = 100;

    /// <summary>Whether an arm beside a reward table may not have this name, because a row that is looked up has it.</summary>
    public static bool IsReserved(string arm) => Describe(arm) is not null;

    /// <summary>What each row says, for reports.</summary>
    public static string? Describe(string arm) =>
        arm switch
        {
            Uniform => "every self-edit of the reward table, each as often (look-up)",
            TrainConstant => "the one self-edit best on the training tasks (look-up)",
            HindsightConstant => "the one self-edit best on the evaluation tasks themselves, known only afterwards: no constant is better (look-up)",
            TaskOracle =>
                "each task's best self-edit, chosen under other inner seeds than it is measured under (look-up; its search is not counted in "
                    + "the steps)",
            TaskOracleInSample => "any self-edit solves the task under the inner seed it is judged by: an upper bound (look-up)",
            BestOfK => string.Create(
                CultureInfo.InvariantCulture,
                $"of {K} random self-edits the one that fits the demonstrations best, which it was trained on; label-free (look-up; the search "
                    + $"counts {K} times the steps)"
            ),
            KindTable => "for each task the self-edit best on the training tasks of its kind, no network (look-up)",
            FamilyTable => "for each task the self-edit best on the training tasks of its family, no network (look-up)",
            _ when arm.EndsWith("-" + PermutedWithin, StringComparison.Ordinal) =>
                "its own self-edits, each used on another task of the same kind (look-up)",
            _ when arm.EndsWith("-" + PermutedAcross, StringComparison.Ordinal) =>
                "its own self-edits, each used on a task of another kind (look-up)",
            _ when arm.EndsWith("-" + Frequencies, StringComparison.Ordinal) =>
                "each setting drawn as often as among the kept self-edits, no network (look-up)",
            _ when arm.EndsWith("-" + Favourite, StringComparison.Ordinal) =>
                "the one self-edit that it kept most often in its last round, on every task (look-up)",
            _ when arm.EndsWith("-" + Permuted, StringComparison.Ordinal) => "its own self-edits, each used on another task (look-up)",
            _ => null,
        };

    /// <summary>The look-up arms of every cell that has a reward table, in that order; empty without one.</summary>
    public static IReadOnlyList<RunRecord> Of(SweepResults results)
    {
        var arms = new List<RunRecord>();
        var labels = results
            .Training.Concat(results.Evaluation)
            .Where(task => task.Labels is not null)
            .DistinctBy(task => task.Id, StringComparer.Ordinal)
            .ToDictionary(task => task.Id, task => task.Labels!, StringComparer.Ordinal);
        foreach (var table in RewardTable.Of(results).Where(table => table is { Edits.Count: > 0, EvaluationTasks.Count: > 0 }))
        {
            var others = results.Runs.Where(run => run.Cell == table.Cell && run.Phases.Any(phase => phase.Phase.IsEvaluation)).ToArray();
            long[] seeds = [.. others.Select(run => run.Seed).DefaultIfEmpty(1).Distinct().Order()];
            arms.AddRange(new Maker(table, seeds, labels).Make(others));
        }

        return arms;
    }

    private sealed class Maker(RewardTable table, long[] seeds, Dictionary<string, TaskLabels> labels)
    {
        public IEnumerable<RunRecord> Make(IReadOnlyList<RunRecord> others)
        {
            if (table.TrainingTasks.Count > 0)
            {
                var constant = table.Best(table.TrainingTasks);
                foreach (var run in Arm(TrainConstant, (_, _, _) => [constant]))
                {
                    yield return run;
                }
            }

            var hindsight = table.Best(table.EvaluationTasks);
            foreach (var run in Arm(HindsightConstant, (_, _, _) => [hindsight]))
            {
                yield return run;
            }

            foreach (
                var run in Fitted(KindTable, task => labels.GetValueOrDefault(task)?.Kind)
                    .Concat(Fitted(FamilyTable, task => labels.GetValueOrDefault(task)?.Family))
            )
            {
                yield return run;
            }

            var rows = Arm(Uniform, (_, _, _) => table.Edits)
                .Concat(table.Replicates > 1 ? Arm(TaskOracle, (_, task, replicate) => [table.Best([task], one => one != replicate)]) : [])
                .Concat(Arm(TaskOracleInSample, (_, task, replicate) => [table.Best([task], one => one == replicate)]))
                .Concat(Demonstrated() ? Arm(BestOfK, BestFitting) : [])
                .Concat(
                    others
                        .GroupBy(run => run.Arm)
                        .Where(arm => arm.All(run => run.Phases.Any(phase => phase.Update is not null) && table.Judges(run)))
                        .SelectMany(Learned)
                );
            foreach (var run in rows)
            {
                yield return run;
            }
        }

        /// <summary>The best of a task's group, by the training tasks alone; no row where some evaluation task's group has none, or where there is
        /// one group.</summary>
        private List<RunRecord> Fitted(string name, Func<string, string?> groupOf)
        {
            var best = table
                .TrainingTasks.Where(task => groupOf(task) is not null)
                .GroupBy(task => groupOf(task)!, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => table.Best([.. group]), StringComparer.Ordinal);
            return best.Count > 1 && table.EvaluationTasks.All(task => groupOf(task) is { } group && best.ContainsKey(group))
                ? Arm(name, (_, task, _) => [best[groupOf(task)!]])
                : [];
        }

        private bool Demonstrated() => table.Entries.Any(entry => entry.Result.Trial?[ObservationNames.DemonstrationAccuracy] is not null);

        private IReadOnlyList<string> BestFitting(long seed, string task, int replicate)
        {
            var random = new CounterRandom(new Seed((ulong)seed).Derive("best of k", task));
            var drawn = random.NextPermutation(table.Edits.Count).Take(K).Select(i => table.Edits[i]);
            return [drawn.MaxBy(edit => table.Find(task, edit, replicate)?.Trial?[ObservationNames.DemonstrationAccuracy] ?? -1)!];
        }

        /// <summary>The controls of a learning arm, where the table has every self-edit that they need.</summary>
        private IEnumerable<RunRecord> Learned(IGrouping<string, RunRecord> arm)
        {
            var frequencies = new List<RunRecord>();
            var permuted = new List<RunRecord>();
            var (within, across) = (new List<RunRecord>(), new List<RunRecord>());
            var favourites = new List<RunRecord>();
            foreach (var run in arm)
            {
                var last = run.Phases.Last(phase => phase.Phase.IsEvaluation);
                var kept = run
                    .Phases.Last(phase => phase.Update is not null)
                    .Tasks.SelectMany(run.Filter.Kept)
                    .Select(candidate => candidate.Payload!)
                    .ToArray();
                var settings = kept.Select(EditFields.Of).ToArray();
                var order = new CounterRandom(new Seed((ulong)run.Seed).Derive("permuted", arm.Key)).NextPermutation(last.Tasks.Count);
                var places = Enumerable
                    .Range(0, order.Length)
                    .ToDictionary(i => last.Tasks[order[i]].Task, i => last.Tasks[order[(i + 1) % order.Length]], StringComparer.Ordinal);
                // One task has no other.
                permuted.AddRange(
                    places.Count < 2 ? [] : Arm($"{arm.Key}-{Permuted}", (_, task, _) => [.. Payloads(places.GetValueOrDefault(task))], [run.Seed])
                );
                var blocks = order
                    .Select(i => last.Tasks[i])
                    .GroupBy(task => labels.GetValueOrDefault(task.Task)?.Kind ?? "", StringComparer.Ordinal)
                    .OrderBy(block => block.Key, StringComparer.Ordinal)
                    .Select(block => block.ToArray())
                    .ToArray();
                // One kind, or a task of none, says nothing of kinds; of a kind with one task there is no other.
                if (blocks.Length > 1 && last.Tasks.All(task => labels.ContainsKey(task.Task)))
                {
                    within.AddRange(
                        blocks.Any(block => block.Length < 2) ? [] : Moved(PermutedWithin, blocks.SelectMany(block => Shifted(block, 1)))
                    );
                    // Shifted by the largest kind's number of tasks, every task meets one of another kind, unless that kind is more than half of all.
                    var largest = blocks.Max(block => block.Length);
                    across.AddRange(
                        2 * largest > order.Length ? [] : Moved(PermutedAcross, Shifted([.. blocks.SelectMany(block => block)], largest))
                    );

                    List<RunRecord> Moved(string control, IEnumerable<(string Task, TaskRecord From)> moves)
                    {
                        var from = moves.ToDictionary(move => move.Task, move => move.From, StringComparer.Ordinal);
                        return Arm($"{arm.Key}-{control}", (_, task, _) => [.. Payloads(from.GetValueOrDefault(task))], [run.Seed]);
                    }
                }

                if (kept.Length > 0)
                {
                    var favourite = MostKept(kept);
                    favourites.AddRange(Arm($"{arm.Key}-{Favourite}", (_, _, _) => [favourite], [run.Seed]));
                    // Self-edits of text have no settings to draw.
                    if (Array.Exists(settings, one => one.Count > 0))
                    {
                        var count = Math.Max(1, last.Tasks.Max(task => task.Candidates.Count));
                        frequencies.AddRange(
                            Arm($"{arm.Key}-{Frequencies}", (seed, task, _) => Drawn(settings, seed, task, arm.Key, count), [run.Seed])
                        );
                    }
                }
            }

            // A row under fewer seeds than its arm could not be paired with it.
            return new[] { favourites, frequencies, permuted, within, across }.Where(row => row.Count == arm.Count()).SelectMany(row => row);
        }

        private static IEnumerable<(string Task, TaskRecord From)> Shifted(TaskRecord[] tasks, int by) =>
            tasks.Select((task, i) => (task.Task, tasks[(i + by) % tasks.Length]));

        /// <summary>Of equals the one that the table has first. The table may lack it: then there is no row.</summary>
        private string MostKept(IReadOnlyList<string> kept)
        {
            var order = table.Edits.Index().ToDictionary(item => item.Item, item => item.Index, StringComparer.Ordinal);
            return kept.CountBy(payload => payload, StringComparer.Ordinal)
                .OrderByDescending(count => count.Value)
                .ThenBy(count => order.GetValueOrDefault(count.Key, int.MaxValue))
                .First()
                .Key;
        }

        private static IEnumerable<string> Payloads(TaskRecord? task) =>
            (task?.Candidates ?? []).Select(candidate => candidate.Payload).OfType<string>();

        private List<string> Drawn(IReadOnlyList<(string Path, string Value)>[] kept, long seed, string task, string arm, int count)
        {
            var random = new CounterRandom(new Seed((ulong)seed).Derive("frequencies", arm, task));
            var edits = new List<string>();
            for (var draw = 0; edits.Count < count && draw < count * MostRedraws; draw++)
            {
                // Each setting from another kept self-edit. A combination that the schema does not have is drawn again.
                var frame = table.Edits[0];
                var edit = EditFields.With(
                    frame,
                    [
                        .. EditFields
                            .Of(frame)
                            .Select((field, i) => kept[random.NextInt(kept.Length)] is var one && i < one.Count ? one[i].Value : field.Value),
                    ]
                );
                if (table.Find(task, edit, 0) is not null)
                {
                    edits.Add(edit);
                }
            }

            // A row that draws less for some tasks than for others would say something of the table, not of the arm.
            return edits.Count == count ? edits : [];
        }

        /// <summary>An arm under each seed; nothing where the table lacks a self-edit that the arm chose, or the arm chose none for a task.</summary>
        private List<RunRecord> Arm(string name, Func<long, string, int, IReadOnlyList<string>> choose, long[]? under = null)
        {
            var runs = new List<RunRecord>();
            foreach (var seed in under ?? seeds)
            {
                var tasks = new List<TaskRecord>();
                foreach (var task in table.EvaluationTasks)
                {
                    var replicate = InnerSeeds.Replicate(seed, task, trains: false, table.Replicates);
                    CandidateRecord?[] found = [.. choose(seed, task, replicate).Select(edit => table.Find(task, edit, replicate))];
                    if (found.Length == 0 || found.Any(one => one is null || !one.State.IsVerdict()))
                    {
                        return [];
                    }

                    tasks.Add(
                        new TaskRecord(task, 0, [.. found.Select((one, i) => one! with { Index = i, DuplicateOf = First(found, i), Reward = null })])
                    );
                }

                var phase = new PhaseRecord(PhaseId.Evaluate(0), 0, "", 0, null, tasks);
                runs.Add(
                    new RunRecord(
                        $"{table.Cell}-{name}-s{seed.ToString(CultureInfo.InvariantCulture)}",
                        table.Cell,
                        name,
                        seed,
                        [],
                        [phase],
                        table.IsComplete,
                        table.Score
                    )
                );
            }

            return runs;
        }

        private static int? First(CandidateRecord?[] found, int place)
        {
            var first = Array.FindIndex(found, one => one!.Payload == found[place]!.Payload);
            return first == place ? null : first;
        }
    }
}
