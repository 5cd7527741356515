using Seal.Core.Jobs;
using Seal.Core.Sweeps;

namespace Seal.Core.Runs;

/// <summary>What runs become when their sweep is extended: what a fresh plan with more rounds and seeds would have had. Pure.</summary>
public static class RunGrowth
{
    /// <summary>An arm that sets this itself has so many rounds whatever the sweep has.</summary>
    private const string RoundsKey = "update.rounds";

    /// <summary>Whether a run goes on further than it did.</summary>
    public static bool IsLonger(RunContext before, RunContext after) => after.Settings.Update.Rounds > before.Settings.Update.Rounds;

    /// <summary>The run with so many rounds, if it has fewer and its arm does not say how many.</summary>
    public static RunContext WithRounds(RunContext run, int rounds) =>
        run.Arm.Set?.ContainsKey(RoundsKey) == true || run.Settings.Update.Rounds >= rounds
            ? run
            : run with
            {
                Settings = run.Settings with { Update = run.Settings.Update with { Rounds = rounds } },
            };

    /// <summary>The run under another outer seed, behind those that its arm has. Answers are shown under the first seed alone.</summary>
    /// <param name="first">The arm's first run.</param>
    /// <param name="cell">Its grid cell.</param>
    /// <param name="seed">The outer seed.</param>
    public static RunContext UnderSeed(RunContext first, string cell, long seed) =>
        first with
        {
            Run = StoreName.Shorten($"{cell}-{first.Arm.Name}-s{seed}"),
            Seed = seed,
            Fork = 0,
            Settings = first.Settings with { Evaluate = first.Settings.Evaluate with { Show = false } },
        };

    /// <summary>Whether an arm runs under seeds that are added to its sweep: one with seeds of its own keeps to them, the reward table is made
    /// once.</summary>
    public static bool TakesSeeds(ArmSpec arm) => arm.Seeds is null && !arm.Source.IsTable;
}
