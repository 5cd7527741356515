using Seal.Core.Candidates;
using Seal.Core.Jobs;
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

    /// <summary>The same for a reward that also asks which task it was; by default it does not.</summary>
    /// <param name="task">The task that all of the group were tried on.</param>
    /// <param name="group">See <see cref="Reward"/>.</param>
    /// <param name="seed">See <see cref="Reward"/>.</param>
    IReadOnlyList<Reward?> RewardOn(TaskRef task, IReadOnlyList<CandidateOutcome> group, Seed seed) => Reward(group, seed);
}
