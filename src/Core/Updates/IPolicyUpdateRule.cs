using Seal.Core.Proposers;
using Seal.Core.Rewards;

namespace Seal.Core.Updates;

/// <summary>A candidate with its reward, as an update rule sees it.</summary>
/// <param name="Task">Id of the task it was proposed for.</param>
/// <param name="Candidate">Its number among the task's candidates.</param>
/// <param name="Payload">The canonical self-edit; null where the proposal was invalid.</param>
/// <param name="Reward">Its reward; null where there is none: the work was given up.</param>
/// <param name="Drawn">See <see cref="Jobs.Proposal.Drawn"/>.</param>
public sealed record RewardedCandidate(string Task, int Candidate, string? Payload, Reward? Reward, DrawnRef? Drawn = null);

/// <summary>A pair (prompt of the task → self-edit) on which the policy is trained.</summary>
/// <param name="Task">Id of the task.</param>
/// <param name="Candidate">Its number among the task's candidates.</param>
/// <param name="Payload">The self-edit.</param>
/// <param name="Weight">Loss weight, greater than 0; 1 under ReST-EM. A step divides by the sum of its weights, so they count against each
/// other.</param>
/// <param name="Drawn">See <see cref="Jobs.Proposal.Drawn"/>.</param>
public sealed record UpdateExample(string Task, int Candidate, string Payload, double Weight = 1, DrawnRef? Drawn = null);

/// <summary>What of a task's candidates the policy learns, and how much. Pure. See <see cref="UpdateFilter"/> for what all rules share.</summary>
public interface IPolicyUpdateRule
{
    /// <summary>Name in sweep files (<c>update.rule</c>).</summary>
    string Name { get; }

    /// <summary>Loss weights in the order of the group; 0 for what is not learned. What has no self-edit or no reward is not learned, whatever
    /// stands there for it.</summary>
    /// <param name="group">All candidates of one task in one round, by their numbers.</param>
    /// <param name="filter">The settings of rules.</param>
    IReadOnlyList<double> Weigh(IReadOnlyList<RewardedCandidate> group, UpdateFilter filter);
}
