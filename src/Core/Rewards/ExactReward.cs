using Seal.Core.Candidates;
using Seal.Core.Randomness;

namespace Seal.Core.Rewards;

/// <summary>The paper's: 1 if the adapted model's answer is exactly right, else 0.</summary>
public sealed class ExactReward : IGroupReward
{
    public string Name => "exact";

    /// <exception cref="ArgumentException">A scored candidate was not observed for exactness: its judge left out what this function needs.</exception>
    public IReadOnlyList<Reward?> Reward(IReadOnlyList<CandidateOutcome> group, Seed seed) => [.. group.Select(One)];

    private Reward? One(CandidateOutcome outcome)
    {
        if (outcome.State != CandidateState.Scored)
        {
            return GroupRewards.OfUnscored(Name, outcome);
        }

        var exact = outcome.Find(ObservationNames.Exact)
            ?? throw new ArgumentException($"A scored candidate has no observation '{ObservationNames.Exact}'; reward.source = \"{Name}\" needs one.");
        return new Reward(exact >= 1 ? 1 : 0, Name, [new Observation(ObservationNames.Exact, exact)], outcome.Steps);
    }
}
