using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Sweeps;

namespace Seal.Core.Runs;

/// <summary>What runs become when their sweep is extended: what a fresh plan with more rounds and seeds would have had. Pure.</summary>
public static class RunGrowth
{
    /// <summary>An arm that sets this itself has so many rounds whatever the sweep has.</summary>
    private const string RoundsKey = "update.rounds";

    /// <summary>Whether a run goes on further than it did.</summary>
    public static bool IsLonger(RunContext before, RunContext after) => after.Settings.Update.Rounds > before.Settings.Update.Rounds;

    /// <summary>The run with moves of its policy added; where there were some after the same round as the first of them or later, the new ones hold.
    /// What comes after them is another run's: a fork of what it was, which keeps the phases before them.</summary>
    /// <returns>The run itself where it has these moves already, or its method trains nothing.</returns>
    public static RunContext WithMoves(RunContext run, IEnumerable<PolicyMove> moves)
    {
        var had = run.Settings.Moves ?? [];
        PolicyMove[] wished = [.. moves.OrderBy(move => move.After)];
        PolicyMove[] has = [.. had.Where(move => wished.Length == 0 || move.After < wished[0].After), .. wished];
        return has.SequenceEqual(had) || !RunMethods.Learns(run.Arm)
            ? run
            : run with
            {
                Settings = run.Settings with { Moves = has },
                Fork = run.Fork + 1,
            };
    }

    /// <summary>Why a run cannot become another one that only has more rounds or self-edits; null where it can.</summary>
    /// <param name="before">The run.</param>
    /// <param name="after">What it is to become, under the same name.</param>
    public static string? Problem(RunContext before, RunContext after)
    {
        var (had, has) = (before.Settings, after.Settings);
        var isMore = had.Proposal.Candidates != has.Proposal.Candidates || had.Proposal.EvaluationCandidates != has.Proposal.EvaluationCandidates;
        return SealJson.Hash(WithSizesOf(after, before)) != SealJson.Hash(before) ? "more differs than rounds, candidates, tasks, seeds and arms"
            : has.Update.Rounds < had.Update.Rounds ? "update.rounds cannot become fewer"
            : has.Proposal.Candidates < had.Proposal.Candidates ? "proposal.candidates cannot become fewer"
            : has.Proposal.EvaluationCandidates < had.Proposal.EvaluationCandidates ? "proposal.evaluation_candidates cannot become fewer"
            : isMore && had.Proposal.Distinct ? "with proposal.distinct each self-edit depends on how many there are; give the sweep another name"
            : null;
    }

    /// <summary>Whether the phases of a run are also those of another one, as far as both do the same: only its number of rounds and the moves of its
    /// policy differ.</summary>
    public static bool Continues(RunContext before, RunContext after) =>
        SealJson.Hash(WithMovesOf(WithRoundsOf(after with { Fork = before.Fork }, before), before)) == SealJson.Hash(before);

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
            // What was said of the first run's policy was not said of this one's.
            Settings = first.Settings with
            {
                Evaluate = first.Settings.Evaluate with { Show = false },
                Moves = null,
            },
        };

    private static RunContext WithRoundsOf(RunContext run, RunContext other) =>
        run with
        {
            Settings = run.Settings with { Update = run.Settings.Update with { Rounds = other.Settings.Update.Rounds } },
        };

    private static RunContext WithMovesOf(RunContext run, RunContext other) =>
        run with
        {
            Settings = run.Settings with { Moves = other.Settings.Moves },
        };

    private static RunContext WithSizesOf(RunContext run, RunContext other)
    {
        var same = WithRoundsOf(run with { Fork = other.Fork }, other);
        var (settings, sizes) = (same.Settings, other.Settings.Proposal);
        var proposal = settings.Proposal with { Candidates = sizes.Candidates, EvaluationCandidates = sizes.EvaluationCandidates };
        return same with { Settings = settings with { Proposal = proposal } };
    }

    /// <summary>Whether an arm runs under seeds that are added to its sweep: one with seeds of its own keeps to them, the reward table is made
    /// once.</summary>
    public static bool TakesSeeds(ArmSpec arm) => arm.Seeds is null && !arm.Source.IsTable;
}
