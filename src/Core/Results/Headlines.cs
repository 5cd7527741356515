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

/// <summary>The headline of every arm that learns and that its cell's reward table judges, where oracle − random is above zero and its 95 %
/// interval does not go below.</summary>
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

            var table = tables.FirstOrDefault(one => one.Cell == cell.Key);
            foreach (var arm in cell.GroupBy(run => run.Arm).Where(arm => arms[arm.Key].Count > 1 && arm.All(run => table?.Judges(run) != false)))
            {
                if (arms[arm.Key][^1].Table.Common(random[^1].Table, oracle[^1].Table) is not [var own, var chance, var best])
                {
                    continue;
                }

                var seed = new Seed(0).Derive("headline", cell.Key, arm.Key);
                // Where chance does as well as the oracle there is nothing to have a share of.
                if (CrossedBootstrap.Difference(best, chance, seed, Resamples) is { Value: > 0, Interval.Low: >= 0 })
                {
                    var share = CrossedBootstrap.Estimate(
                        [own, chance, best],
                        means => (means[0] - means[1]) / (means[2] - means[1]),
                        seed,
                        Resamples
                    );
                    found.Add(new Headline(cell.Key, arm.Key, LookUpArms.Uniform, LookUpArms.TaskOracle, share));
                }
            }
        }

        return found;
    }
}
