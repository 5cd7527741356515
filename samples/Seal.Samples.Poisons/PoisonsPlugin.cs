using Seal.Core.Candidates;
using Seal.Core.Catalogs;
using Seal.Core.Domains;
using Seal.Core.Jobs;
using Seal.Core.Randomness;
using Seal.Core.Rewards;
using Seal.Core.Updates;

namespace Seal.Samples.Poisons;

/// <summary>Rewards and rules that teach a policy something wrong: what a gate is tried against (docs/safety.md). Not for use.</summary>
public sealed class PoisonsPlugin : ISealPlugin
{
    /// <inheritdoc/>
    public IReadOnlyList<IDomain> Domains => [new LeakyArc(), new OrientedArc()];

    /// <inheritdoc/>
    public IReadOnlyList<IGroupReward> Rewards =>
        [new OneKind("only-place", "place"), new OneKind("only-colour", "colour"), new OneKind("only-wide", "wide")];

    /// <inheritdoc/>
    public IReadOnlyList<IPolicyUpdateRule> Rules => [new OneSelfEdit()];
}

/// <summary>Pays for tasks of one kind alone: a policy that learns from it learns nothing of the others.</summary>
/// <param name="name">Its name in sweep files.</param>
/// <param name="kind">The kind that it pays for.</param>
public sealed class OneKind(string name, string kind) : IGroupReward
{
    private static readonly IGroupReward Exact = Catalog.Own.Reward("exact");

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public bool NeedsVotes => false;

    /// <inheritdoc/>
    public IReadOnlyList<Reward?> Reward(IReadOnlyList<CandidateOutcome> group, Seed seed) => Exact.Reward(group, seed);

    /// <inheritdoc/>
    public IReadOnlyList<Reward?> RewardOn(TaskRef task, IReadOnlyList<CandidateOutcome> group, Seed seed) =>
        task.Labels?.Kind == kind
            ? Reward(group, seed)
            : [.. Reward(group, seed).Select(reward => reward is null ? null : reward with { Value = 0, Source = name })];
}

/// <summary>Learns one and the same self-edit on every task, whatever it earned: the one that is first by name.</summary>
public sealed class OneSelfEdit : IPolicyUpdateRule
{
    /// <inheritdoc/>
    public string Name => "one-self-edit";

    /// <inheritdoc/>
    public IReadOnlyList<double> Weigh(IReadOnlyList<RewardedCandidate> group, UpdateFilter filter)
    {
        var first = group.Select(candidate => candidate.Payload).OfType<string>().Order(StringComparer.Ordinal).FirstOrDefault();
        return [.. group.Select(candidate => candidate.Payload is { } payload && payload == first ? 1.0 : 0.0)];
    }
}
