using Seal.Core.Candidates;
using Seal.Core.Randomness;

namespace Seal.Core.Rewards;

/// <summary>
/// 1 if a score counts the task as solved, else 0: <c>exact</c> by the greedy answer of the plain view, <c>vote-top-1</c> and <c>vote-top-2</c> by
/// the vote over views, of which the paper's released code takes the last.
/// </summary>
/// <param name="score">One of <see cref="Scores"/>; also the function's name.</param>
public sealed class ObservedReward(string score) : IGroupReward
{
    private readonly string _observation = Scores.Observation(score);

    public string Name => score;

    public bool NeedsVotes => Scores.NeedsVotes(score);

    public bool IsAllOrNothing => true;

    /// <exception cref="ArgumentException">A scored candidate was not observed for it: its judge left out what this function needs.</exception>
    public IReadOnlyList<Reward?> Reward(IReadOnlyList<CandidateOutcome> group, Seed seed) => [.. group.Select(One)];

    private Reward? One(CandidateOutcome outcome)
    {
        if (outcome.State != CandidateState.Scored)
        {
            return outcome.Unscored(Name);
        }

        var seen =
            outcome.Find(_observation)
            ?? throw new ArgumentException($"A scored candidate has no observation '{_observation}'; reward.source = \"{Name}\" needs one.");
        return new Reward(seen >= 1 ? 1 : 0, Name, [new Observation(_observation, seen)], outcome.Steps);
    }
}
