using Seal.Core.Candidates;
using Seal.Core.Randomness;
using Seal.Core.Statistics;

namespace Seal.Core.Results;

/// <summary>How much more often one row of the table solves than another, paired over outer seeds and evaluation tasks.</summary>
/// <param name="Cell">Grid cell of both.</param>
/// <param name="Arm">The arm that learns.</param>
/// <param name="Round">Rounds of training before its evaluation.</param>
/// <param name="Against">The arm it is compared with; itself for before and after.</param>
/// <param name="AgainstRound">Rounds of training before that evaluation.</param>
/// <param name="Solved">Difference of the shares solved on the plain view, the mean over tasks and seeds.</param>
public sealed record ArmDifference(string Cell, string Arm, int Round, string Against, int AgainstRound, Difference Solved);

/// <summary>The comparisons a sweep is made for.</summary>
public static class ArmDifferences
{
    /// <summary>
    /// For every arm with more than one evaluation: its last one against its own first, and against the last one of every other arm of its
    /// cell, in plan order. Rows without a verdict for some task under some seed (incomplete runs) are left out.
    /// </summary>
    public static IReadOnlyList<ArmDifference> Of(IReadOnlyList<RunRecord> runs)
    {
        var differences = new List<ArmDifference>();
        foreach (var cell in runs.GroupBy(run => run.Cell))
        {
            var arms = cell.GroupBy(run => run.Arm).Select(arm => (Name: arm.Key, Rows: Rows(arm))).Where(arm => arm.Rows.Count > 0).ToArray();
            foreach (var (name, rows) in arms.Where(arm => arm.Rows.Count > 1))
            {
                var (round, last) = rows[^1];
                Compare(name, rows[0]);
                foreach (var other in arms.Where(other => other.Name != name))
                {
                    Compare(other.Name, other.Rows[^1]);
                }

                void Compare(string against, (int Round, ScoreTable Table) row)
                {
                    if (last.PairsWith(row.Table))
                    {
                        var seed = new Seed(0).Derive("arm-difference", cell.Key, name, against);
                        differences.Add(new ArmDifference(cell.Key, name, round, against, row.Round, CrossedBootstrap.Difference(last, row.Table, seed)));
                    }
                }
            }
        }

        return differences;
    }

    /// <summary>An arm's evaluations by round, over all its seeds.</summary>
    private static List<(int Round, ScoreTable Table)> Rows(IEnumerable<RunRecord> runs)
    {
        var rows = new List<(int, ScoreTable)>();
        var phases = runs.SelectMany(run => run.Phases.Where(phase => phase.Phase.StartsWith("evaluate", StringComparison.Ordinal)).Select(phase => (run.Seed, phase)));
        foreach (var round in phases.GroupBy(item => item.phase.Round).OrderBy(group => group.Key))
        {
            Score[] scores =
            [
                .. from item in round
                   from task in item.phase.Tasks
                   from candidate in task.Candidates
                   where candidate.State.IsVerdict()
                   select new Score(item.Seed, task.Task, candidate.Solved ? 1 : 0),
            ];
            var tasks = round.SelectMany(item => item.phase.Tasks.Select(task => (item.Seed, task.Task))).ToHashSet();
            var judged = scores.Select(score => (score.Seed, score.Task)).ToHashSet();
            if (judged.Count > 0 && judged.SetEquals(tasks) && judged.Count == judged.DistinctBy(cell => cell.Seed).Count() * judged.DistinctBy(cell => cell.Task).Count())
            {
                rows.Add((round.Key, ScoreTable.Of(scores)));
            }
        }

        return rows;
    }
}
