using Seal.Core.Candidates;
using Seal.Core.Randomness;

namespace Seal.Core.Rewards;

/// <summary>The observation itself: a self-edit after which 80 % of an answer is right earns 0.8. Where a domain could not observe it (an ARC task
/// that is longer than the model's context) that is 0, with the reason.</summary>
/// <param name="name">Its name.</param>
/// <param name="observation">What is observed.</param>
public sealed class ValueReward(string name, string observation) : IGroupReward
{
    public string Name => name;

    public bool NeedsVotes => false;

    public bool NeedsDemonstrations => observation == ObservationNames.DemonstrationAccuracy;

    public IReadOnlyList<Reward?> Reward(IReadOnlyList<CandidateOutcome> group, Seed seed) => [.. group.Select(One)];

    private Reward? One(CandidateOutcome outcome) =>
        outcome.State != CandidateState.Scored ? outcome.Unscored(Name)
        : outcome.Find(observation) is { } seen ? new Reward(seen, Name, [new Observation(observation, seen)], outcome.Steps)
        : new Reward(0, Name, [], outcome.Steps, $"'{observation}' was not observed");
}
