using Seal.Core.Randomness;
using Seal.Core.Statistics;
using Seal.Core.Tables;

namespace Seal.Core.Results;

/// <summary>How much of what a choice by task can win over chance an arm wins: (arm − random) / (oracle − random).</summary>
/// <param name="Cell">Grid cell.</param>
/// <param name="Arm">The arm that learns, after its last round.</param>
/// <param name="Random">The row of chance.</param>
/// <param name="Oracle">The per-task oracle.</param>
/// <param name="Share">With its interval, resampled as differences are.</param>
public sealed record Headline(string Cell, string Arm, string Random, string Oracle, Estimate Share);

/// <summary>The headline of every arm that learns beside a reward table by which a choice by task is worth something: the 95 % interval of oracle − random is not below zero.</summary>
public static class Headlines
{
    // A ratio of three rows; a fifth of the resamples is plenty for two digits.
    private const int Resamples = CrossedBootstrap.Resamples / 5;

    public static IReadOnlyList<Headline> Of(IReadOnlyList<RunRecord> runs)
    {
        var found = new List<Headline>();
        var tables = RewardTable.Of(runs);
        foreach (var cell in runs.GroupBy(run => run.Cell))
        {
            var arms = cell.GroupBy(run => run.Arm).ToDictionary(arm => arm.Key, arm => ArmScores.ByRound(arm), StringComparer.Ordinal);
            if (!arms.TryGetValue(LookUpArms.TaskOracle, out var oracle) || !arms.TryGetValue(LookUpArms.Uniform, out var random))
            {
                continue;
            }

            foreach (var arm in cell.Select(run => run.Arm).Distinct().Where(arm => arms[arm].Count > 1 && cell.Where(run => run.Arm == arm).All(run => tables.All(table => table.Cell != cell.Key || table.Judges(run)))))
            {
                if (arms[arm][^1].Table.Common(random[^1].Table, oracle[^1].Table) is [var own, var chance, var best])
                {
                    var seed = new Seed(0).Derive("headline", cell.Key, arm);
                    var share = CrossedBootstrap.Estimate([own, chance, best], means => (means[0] - means[1]) / (means[2] - means[1]), seed, Resamples);
                    // Where chance does as well as the oracle there is nothing to have a share of.
                    var gain = CrossedBootstrap.Difference(best, chance, seed, Resamples);
                    if (gain.Value <= 0 || gain.Interval.Low < 0)
                    {
                        continue;
                    }

                    found.Add(new Headline(cell.Key, arm, LookUpArms.Uniform, LookUpArms.TaskOracle, share));
                }
            }
        }

        return found;
    }
}
