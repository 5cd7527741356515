using Seal.Core.Runs;
using Seal.Core.Steering;
using Seal.Grains.Abstractions;

namespace Seal.Grains.Sweeps;

/// <summary>A longer sweep that has a shorter one in it: what a fresh submission with more rounds and seeds would have been. Pure.</summary>
public static class SweepExtension
{
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

    /// <summary>The sweep as it is after all that clients have wished of it.</summary>
    public static SweepSubmission Of(SweepSubmission submission, SweepControl control)
    {
        var longer = Of(submission, control.Rounds, control.Seeds);
        return control.Moves is null
            ? longer
            : longer with
            {
                Runs = [.. longer.Runs.Select(run => run with { Context = RunGrowth.WithMoves(run.Context, control.MovesOf(run.Context.Run)) })],
            };
    }

    /// <summary>The runs of one cell and arm.</summary>
    private static IEnumerable<RunSubmission> Grown(RunSubmission[] runs, int rounds, long[] added)
    {
        var first = runs[0];
        long[] joining = RunGrowth.TakesSeeds(first.Context.Arm) ? added : [];
        var more = joining.Select(seed => first with { Context = RunGrowth.UnderSeed(first.Context, first.Cell, seed) });
        return runs.Concat(more).Select(run => run with { Context = RunGrowth.WithRounds(run.Context, rounds) });
    }
}
