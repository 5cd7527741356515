using Seal.Core.Candidates;
using Seal.Core.Randomness;

namespace Seal.Core.Rewards;

/// <summary>
/// Turns what was seen of all candidates of one task and round into rewards. Pure. A function that compares candidates with each other
/// (ranks, baselines, majority votes) sees the whole group; one that does not looks at each alone.
/// </summary>
public interface IGroupReward
{
    /// <summary>Name in sweep files (<c>reward.source</c>).</summary>
    string Name { get; }

    /// <summary>Whether trials of training rounds must be judged by the vote over views, not by the plain view alone.</summary>
    bool NeedsVotes { get; }

    /// <summary>Whether trials must be judged on the demonstrations too.</summary>
    bool NeedsDemonstrations => false;

    /// <summary>Whether a trial earns 1 or 0, and nothing between.</summary>
    bool IsAllOrNothing => false;

    /// <summary>
    /// Rewards in the order of the group. Invalid and failed self-edits get 0, as in the paper: that is a judgement of the edit. Where the
    /// infrastructure failed (poisoned) there is <em>no</em> reward: null.
    /// </summary>
    /// <param name="group">How the candidates ended, in order.</param>
    /// <param name="seed">For functions that draw; named after outer seed, phase and task.</param>
    IReadOnlyList<Reward?> Reward(IReadOnlyList<CandidateOutcome> group, Seed seed);
}

/// <summary>The reward functions by name. A new one is a new file and a line here.</summary>
public static class GroupRewards
{
    public static IReadOnlyList<IGroupReward> All { get; } =
    [
        new ObservedReward(Scores.Exact),
        new ObservedReward(Scores.VoteTop1),
        new ObservedReward(Scores.VoteTop2),
        new ValueReward("token-accuracy", ObservationNames.TokenAccuracy),
        new ValueReward("demonstration-accuracy", ObservationNames.DemonstrationAccuracy),
        new ShuffledReward("shuffled", new ObservedReward(Scores.Exact)),
        new ShuffledReward("shuffled-vote-top-1", new ObservedReward(Scores.VoteTop1)),
        new ShuffledReward("shuffled-vote-top-2", new ObservedReward(Scores.VoteTop2)),
        new ShuffledReward("shuffled-token-accuracy", new ValueReward("token-accuracy", ObservationNames.TokenAccuracy)),
        new ShuffledReward("shuffled-demonstration-accuracy", new ValueReward("demonstration-accuracy", ObservationNames.DemonstrationAccuracy)),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(reward => reward.Name)];

    /// <exception cref="ArgumentException">There is none of this name.</exception>
    public static IGroupReward Get(string name) =>
        All.FirstOrDefault(reward => reward.Name == name)
        ?? throw new ArgumentException($"reward.source: '{name}' is not known; expected one of {string.Join(", ", Names)}.");

    /// <summary>The part that all functions share: what is not scored gets 0 or nothing.</summary>
    internal static Reward? OfUnscored(string source, CandidateOutcome outcome) =>
        outcome.State switch
        {
            CandidateState.Invalid => new Reward(0, source, [new Observation("invalid", 1)], outcome.Steps, outcome.Reason ?? "invalid self-edit"),
            CandidateState.Failed => new Reward(0, source, [new Observation("failed", 1)], outcome.Steps, outcome.Reason ?? "training failed"),
            CandidateState.Scored => throw new ArgumentException("A scored candidate is the reward function's own business."),
            _ => null,
        };
}
