using Seal.Core.Proposers;
using Seal.Core.Rewards;
using Seal.Core.Sweeps;

namespace Seal.Core.Updates;

/// <summary>A candidate with its reward, as an update rule sees it.</summary>
/// <param name="Task">Id of the task it was proposed for.</param>
/// <param name="Candidate">Its number among the task's candidates.</param>
/// <param name="Payload">The canonical self-edit; null where the proposal was invalid.</param>
/// <param name="Reward">Its reward; null where there is none: the work was given up.</param>
/// <param name="Drawn">See <see cref="Jobs.Proposal.Drawn"/>.</param>
public sealed record RewardedCandidate(string Task, int Candidate, string? Payload, Reward? Reward, DrawnRef? Drawn = null);

/// <summary>A pair (prompt of the task → self-edit) on which the policy is trained.</summary>
/// <param name="Weight">Loss weight; 1 under ReST-EM.</param>
/// <param name="Drawn">See <see cref="Jobs.Proposal.Drawn"/>.</param>
public sealed record UpdateExample(string Task, int Candidate, string Payload, double Weight = 1, DrawnRef? Drawn = null);

/// <summary>Chooses what the policy learns from a round. Pure; the order in which candidates are given does not matter.</summary>
public interface IPolicyUpdateRule
{
    /// <summary>Name in sweep files (<c>update.rule</c>).</summary>
    string Name { get; }

    /// <param name="candidates">All candidates of the round.</param>
    /// <param name="taskOrder">The sweep's training tasks; examples come out in this order, then by candidate number.</param>
    /// <param name="settings">The run's settings.</param>
    /// <returns>The training pairs; empty where the policy stays as it is.</returns>
    IReadOnlyList<UpdateExample> Select(IReadOnlyCollection<RewardedCandidate> candidates, IReadOnlyList<string> taskOrder, RunSettings settings);
}

/// <summary>The update rules by name. A new one is a new file and a line here.</summary>
public static class PolicyUpdateRules
{
    public static IReadOnlyList<IPolicyUpdateRule> All { get; } = [new ReStEm()];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(rule => rule.Name)];

    /// <exception cref="ArgumentException">There is none of this name.</exception>
    public static IPolicyUpdateRule Get(string name) =>
        All.FirstOrDefault(rule => rule.Name == name)
        ?? throw new ArgumentException($"update.rule: '{name}' is not known; expected one of {string.Join(", ", Names)}.");
}
