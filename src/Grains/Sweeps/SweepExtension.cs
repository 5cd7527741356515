using Seal.Core.Proposers;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;

namespace Seal.Grains.Sweeps;

/// <summary>A longer sweep that has a shorter one in it: what a fresh submission with more rounds and seeds would have been. Pure.</summary>
public static class SweepExtension
{
    /// <summary>An arm that sets this itself has so many rounds whatever the sweep has.</summary>
    private const string RoundsKey = "update.rounds";

    /// <param name="submission">The sweep.</param>
    /// <param name="rounds">Rounds wanted; fewer than there are changes nothing.</param>
    /// <param name="seeds">Outer seeds wanted; those that are there are not added again. New ones stand behind the old ones, in order.</param>
    public static SweepSubmission Of(SweepSubmission submission, int rounds, IReadOnlyList<long> seeds)
    {
        var present = submission.Runs.Select(run => run.Context.Seed).ToHashSet();
        var added = seeds.Where(seed => !present.Contains(seed)).Order().ToArray();
        var groups = submission.Runs.GroupBy(run => (run.Cell, run.Context.Arm.Name));
        return submission with { Runs = [.. groups.SelectMany(group => Grown([.. group], rounds, added))] };
    }

    /// <summary>The runs of one cell and arm.</summary>
    private static IEnumerable<RunSubmission> Grown(RunSubmission[] runs, int rounds, long[] added)
    {
        var first = runs[0];
        var arm = first.Context.Arm;
        // As in a fresh plan: arms with seeds of their own keep to them, the reward table is made once, and answers are shown under the first seed
        // alone.
        long[] joining = arm.Seeds is not null || arm.Proposer == TableProposer.Name ? [] : added;
        var more = joining.Select(seed =>
            first with
            {
                Context = first.Context with
                {
                    Run = StoreName.Shorten($"{first.Cell}-{arm.Name}-s{seed}"),
                    Seed = seed,
                    Fork = 0,
                    Settings = first.Context.Settings with { Evaluate = first.Context.Settings.Evaluate with { Show = false } },
                },
            }
        );
        var fixedRounds = arm.Set?.ContainsKey(RoundsKey) ?? false;
        return runs.Concat(more)
            .Select(run =>
                fixedRounds || run.Context.Settings.Update.Rounds >= rounds
                    ? run
                    : run with
                    {
                        Context = run.Context with
                        {
                            Settings = run.Context.Settings with { Update = run.Context.Settings.Update with { Rounds = rounds } },
                        },
                    }
            );
    }
}
