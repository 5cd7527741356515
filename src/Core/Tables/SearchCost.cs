using System.Globalization;
using Seal.Core.Candidates;
using Seal.Core.Randomness;
using Seal.Core.Results;
using Seal.Core.Sweeps;

namespace Seal.Core.Tables;

/// <summary>What a way of choosing self-edits has spent, and what it is then worth.</summary>
/// <param name="Cell">The grid cell.</param>
/// <param name="Strategy">Its name: a learning arm, or one of <see cref="SearchCost"/>.</param>
/// <param name="Loops">Different inner loops on training tasks, on average over searches or outer seeds; equal ones are run once.</param>
/// <param name="Solved">Share of evaluation tasks solved with what it chose then, on average over searches or outer seeds.</param>
public sealed record SearchPoint(string Cell, string Strategy, double Loops, double Solved);

/// <summary>
/// Solved against inner loops spent, search included. Strategies that end with one self-edit for every task are simulated in the reward table, a
/// hundred times each, every time with another order of training tasks and of self-edits: a single search may be lucky. Learning arms stand where
/// their rounds left them, whether their self-edits are in the table or not: of a large schema it holds a draw, and the constants searched for are
/// those. Pure.
/// </summary>
public static class SearchCost
{
    /// <summary>Searches that a point is the mean of. Each is a few look-ups.</summary>
    public const int Simulations = 100;

    /// <summary>A self-edit drawn evenly: costs nothing.</summary>
    public const string Random = "random self-edit";

    /// <summary>Every self-edit on the first n training tasks; the best is taken.</summary>
    public const string Exhaustive = "exhaustive constant";

    /// <summary>Random search: as many self-edits as drawn, each on every training task; the best is taken. In a schema too large to try whole, the
    /// search that is left.</summary>
    public const string Drawn = "best of drawn constants";

    /// <summary>Successive halving (Jamieson and Talwalkar 2016): as many inner loops for each of log₂ rounds, after each of which the better half
    /// stays.</summary>
    public const string Halving = "successive halving";

    /// <summary>UCB1 (Auer et al. 2002) over self-edits: each inner loop is on a drawn training task; the best mean is taken.</summary>
    public const string Ucb = "UCB over self-edits";

    /// <summary>Those that end with one self-edit for every task.</summary>
    private static readonly string[] Searches = [Exhaustive, Drawn, Halving, Ucb];

    /// <summary>The points of every cell that has a reward table with training and evaluation tasks, strategy by strategy, cheapest first.</summary>
    public static IReadOnlyList<SearchPoint> Of(SweepResults results) =>
        [
            .. RewardTable
                .Of(results)
                .Where(IsSearchable)
                .SelectMany(table =>
                {
                    var runs = results
                        .Runs.Where(run => run.Cell == table.Cell && run.Phases.Any(phase => phase.Update is not null) && table.Judges(run))
                        .ToArray();
                    return Simulated(table).Concat(runs.GroupBy(run => run.Arm).SelectMany(arm => Learned(table.Cell, arm.Key, [.. arm])));
                }),
        ];

    /// <summary>Whether there is something to choose in a table, tasks to choose by and tasks to be judged on.</summary>
    public static bool IsSearchable(RewardTable table) => table is { Edits.Count: > 1, TrainingTasks.Count: > 0, EvaluationTasks.Count: > 0 };

    /// <summary>
    /// The cheapest search for one constant that is at least as good as an arm in the end; null if none is within the table. Of equally cheap ones
    /// the best.
    /// </summary>
    public static SearchPoint? Crossing(IReadOnlyList<SearchPoint> points, string cell, string arm)
    {
        var learned = points.Where(point => point.Cell == cell && point.Strategy == arm).ToArray();
        return learned.Length == 0
            ? null
            : points
                .Where(point => point.Cell == cell && Searches.Contains(point.Strategy) && point.Solved >= learned[^1].Solved)
                .OrderBy(point => point.Loops)
                .ThenByDescending(point => point.Solved)
                .FirstOrDefault();
    }

    private static IEnumerable<SearchPoint> Simulated(RewardTable table)
    {
        double[] worth = [.. table.Edits.Select(edit => table.EvaluationTasks.Average(task => table.Mean(task, edit).Solved))];
        yield return new SearchPoint(table.Cell, Random, 0, worth.Average());
        // Looked up by numbers from here on: a self-edit is a long text, and there are millions of looks.
        bool[][] solves =
        [
            .. table.TrainingTasks.Select(task =>
                table.Edits.Select(edit => table.Find(task, edit, replicate: 0)?.Solves(table.Score) == true).ToArray()
            ),
        ];
        int[] tasks = [.. Doubled(1, solves.Length)],
            edits = [.. Doubled(1, worth.Length)];
        foreach (
            var (strategy, sizes, choose) in new (string, int[], Func<TableSearch, int, int>)[]
            {
                (Exhaustive, tasks, (search, size) => search.Constant(size)),
                (Drawn, edits, (search, size) => search.OfDrawn(size)),
                (Halving, tasks, (search, size) => search.Halve(size * worth.Length)),
                (Ucb, tasks, (search, size) => search.Bandit(size * worth.Length)),
            }
        )
        {
            foreach (var size in sizes)
            {
                var searches = Enumerable
                    .Range(1, Simulations)
                    .Select(seed => new TableSearch(
                        solves,
                        new CounterRandom(new Seed((ulong)seed).Derive("search", strategy, size.ToString(CultureInfo.InvariantCulture)))
                    ))
                    .ToArray();
                var solved = searches.Average(search => worth[choose(search, size)]);
                yield return new SearchPoint(table.Cell, strategy, searches.Average(search => search.Spent), solved);
            }
        }
    }

    /// <summary>1, 2, 4 … and the last.</summary>
    private static IEnumerable<int> Doubled(int first, int last)
    {
        for (var count = first; count < last; count *= 2)
        {
            yield return count;
        }

        yield return last;
    }

    private static IEnumerable<SearchPoint> Learned(string cell, string arm, RunRecord[] runs)
    {
        var rounds = runs.SelectMany(run => run.Phases).Where(phase => phase.Phase.IsEvaluation).Select(phase => phase.Round).Distinct().Order();
        foreach (var round in rounds)
        {
            var judged = runs.Select(run => (Run: run, Phase: run.Phases.FirstOrDefault(phase => phase.Phase.IsEvaluation && phase.Round == round)))
                .Where(one => one.Phase is { Candidates: > 0 })
                .ToArray();
            yield return new SearchPoint(
                cell,
                arm,
                judged.Average(one => Spent(one.Run, round)),
                judged.Average(one => (double)one.Phase!.SolvedBy(one.Run.Score) / one.Phase.Candidates)
            );
        }
    }

    /// <summary>Different self-edit × task pairs of a run's first rounds: under a frozen base each of them is one inner loop, or as
    /// many as it had trials.</summary>
    private static int Spent(RunRecord run, int rounds) =>
        run
            .Phases.Where(phase => phase.Phase.IsOnTrainingTasks && phase.Round <= rounds)
            .SelectMany(phase =>
                phase.Tasks.SelectMany(task =>
                    task.Candidates.Where(candidate => candidate.Payload is not null).Select(candidate => (task.Task, Candidate: candidate))
                )
            )
            .DistinctBy(tried => (tried.Task, tried.Candidate.Payload))
            .Sum(tried => 1 + (tried.Candidate.More?.Count ?? 0));
}
