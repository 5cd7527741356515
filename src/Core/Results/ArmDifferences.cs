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
    /// <summary>The difference of two rows of one cell. Its resamples are drawn by the arms' names, so that it is the same wherever it is asked
    /// for.</summary>
    /// <param name="cell">Their cell.</param>
    /// <param name="arm">Name of the arm.</param>
    /// <param name="own">Its scores.</param>
    /// <param name="against">Name of the arm that is taken off.</param>
    /// <param name="other">Its scores, over the same seeds and tasks.</param>
    public static Difference Between(string cell, string arm, ScoreTable own, string against, ScoreTable other) =>
        CrossedBootstrap.Difference(own, other, new Seed(0).Derive("arm-difference", cell, arm, against));

    /// <summary>
    /// For every arm with more than one evaluation: its last one against its own first, and against the last one of every other arm of its
    /// cell, in plan order, over the seeds that both have. Rows that <see cref="ArmScores"/> leaves out are left out.
    /// </summary>
    public static IReadOnlyList<ArmDifference> Of(IReadOnlyList<RunRecord> runs)
    {
        var differences = new List<ArmDifference>();
        foreach (var cell in runs.GroupBy(run => run.Cell))
        {
            var arms = cell.GroupBy(run => run.Arm)
                .Select(arm => (Name: arm.Key, Rows: ArmScores.ByRound(arm)))
                .Where(arm => arm.Rows.Count > 0)
                .ToArray();
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
                    // An arm may run under fewer seeds than the others: compared is what both have.
                    if (last.Common(row.Table) is [var own, var other])
                    {
                        differences.Add(new ArmDifference(cell.Key, name, round, against, row.Round, Between(cell.Key, name, own, against, other)));
                    }
                }
            }
        }

        return differences;
    }
}
