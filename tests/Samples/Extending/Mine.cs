using Seal.Core.Candidates;
using Seal.Core.Catalogs;
using Seal.Core.Domains;
using Seal.Core.Proposers;
using Seal.Core.Randomness;
using Seal.Core.Rewards;
using Seal.Core.Runs;
using Seal.Core.Sweeps;
using Seal.Core.Updates;

namespace Mine;

/// <summary>What this assembly adds to what sweep files can name.</summary>
public sealed class MyPlugin : ISealPlugin
{
    public IReadOnlyList<IProposer> Proposers => [new Stride()];

    public IReadOnlyList<IGroupReward> Rewards => [new Quick()];

    public IReadOnlyList<IPolicyUpdateRule> Rules => [new TopHalf()];

    public IReadOnlyList<NamedMethod> Methods => [new NamedMethod("late", new Late(), Learns: true)];
}

/// <summary>Self-edits at equal distances in the domain's list, from a place that the seed draws: they cover it better than chance does.</summary>
public sealed class Stride : IProposer
{
    public string Kind => "stride";

    // Text number n is always the same, so there is nothing to redraw.
    public bool CanRedraw => false;

    // Refused before anything runs where the domain's self-edits are free text.
    public bool NeedsSpace => true;

    public IReadOnlyList<Draft> Draw(ProposerContext context, int from, int count, CancellationToken cancellation)
    {
        string[] all = [.. context.Session.Demand("proposer \"stride\"").Enumerate()];
        var start = new CounterRandom(context.SeedOf(Kind, 0)).NextInt(all.Length);
        var step = Math.Max(1, all.Length / context.Job.Count);
        return [.. Enumerable.Range(from, count).Select(draw => new Draft(all[(start + (draw * step)) % all.Length]))];
    }
}

/// <summary>The share of right tokens, less a thousandth for each step of training.</summary>
public sealed class Quick : IGroupReward
{
    public string Name => "quick";

    public bool NeedsVotes => false;

    public IReadOnlyList<Reward?> Reward(IReadOnlyList<CandidateOutcome> group, Seed seed) => [.. group.Select(One)];

    private Reward? One(CandidateOutcome outcome) =>
        outcome.State == CandidateState.Scored
            ? new Reward((outcome.Find(ObservationNames.TokenAccuracy) ?? 0) - (outcome.Steps / 1000.0), Name, outcome.Observations, outcome.Steps)
            : outcome.Unscored(Name);
}

/// <summary>Learns the better half of each task's self-edits.</summary>
public sealed class TopHalf : IPolicyUpdateRule
{
    public string Name => "top-half";

    public IReadOnlyList<double> Weigh(IReadOnlyList<RewardedCandidate> group, UpdateFilter filter)
    {
        var better = group
            .Where(candidate => candidate.Reward?.Value > filter.Threshold)
            .OrderByDescending(candidate => candidate.Reward!.Value)
            .Take(group.Count / 2)
            .ToHashSet();
        return [.. group.Select(candidate => better.Contains(candidate) ? 1.0 : 0.0)];
    }
}

/// <summary>SEAL that looks around first: what is tried in the first round teaches nothing.</summary>
public sealed class Late : IRunMethod
{
    private readonly SealMethod _seal = new();

    public Decision Next(RunHistory history, RunSettings settings) =>
        _seal.Next(history, settings) switch
        {
            TrainPolicy { Round.Number: 1 } first => first with { Rule = null },
            var other => other,
        };
}
