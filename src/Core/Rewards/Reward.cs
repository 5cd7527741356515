using Seal.Core.Candidates;

namespace Seal.Core.Rewards;

/// <summary>What a self-edit is worth to the policy, and why.</summary>
/// <param name="Value">The reward itself, finite.</param>
/// <param name="Source">Name of the function that gave it.</param>
/// <param name="Components">What it was computed from, and <c>invalid</c> or <c>failed</c> = 1 where the edit never reached a judge.</param>
/// <param name="Steps">Inner-loop steps of its trial; 0 where nothing was trained.</param>
/// <param name="Reason">Why an edit that was not judged has reward 0, or null.</param>
public sealed record Reward(double Value, string Source, IReadOnlyList<Observation> Components, long Steps, string? Reason = null);

/// <summary>How one candidate of a group ended, as reward functions see it.</summary>
/// <param name="State">Where its life has led it.</param>
/// <param name="Observations">What was seen of the adapted model; empty unless scored.</param>
/// <param name="Steps">Inner-loop steps of its trial, which equal self-edits share.</param>
/// <param name="Reason">Why it is invalid or failed, or null.</param>
public sealed record CandidateOutcome(CandidateState State, IReadOnlyList<Observation> Observations, long Steps = 0, string? Reason = null)
{
    /// <summary>What every reward function gives to a candidate that was not scored: 0 if it was invalid or failed, nothing (null) if its work was
    /// lost.</summary>
    /// <param name="source">Name of the function.</param>
    /// <exception cref="InvalidOperationException">It was scored: what it gets is the function's own business.</exception>
    public Reward? Unscored(string source) =>
        State switch
        {
            CandidateState.Invalid => new Reward(0, source, [new Observation("invalid", 1)], Steps, Reason ?? "invalid self-edit"),
            CandidateState.Failed => new Reward(0, source, [new Observation("failed", 1)], Steps, Reason ?? "training failed"),
            CandidateState.Scored => throw new InvalidOperationException("A scored candidate is the reward function's own business."),
            _ => null,
        };

    /// <summary>The named value, or null.</summary>
    public double? Find(string name)
    {
        foreach (var observation in Observations)
        {
            if (observation.Name == name)
            {
                return observation.Value;
            }
        }

        return null;
    }
}
