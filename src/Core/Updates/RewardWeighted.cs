namespace Seal.Core.Updates;

/// <summary>
/// Every self-edit whose reward is greater than the threshold and than 0, weighted by its reward (reward-weighted regression, Peters and Schaal
/// 2007): under a reward of 0 and 1 that is ReST-EM, under one with values between a better self-edit teaches more than the others of its step, which
/// divides by the sum of its weights.
/// </summary>
public sealed class RewardWeighted : IPolicyUpdateRule
{
    /// <summary>What sweep files call it.</summary>
    public const string Word = "reward-weighted";

    /// <inheritdoc/>
    public string Name => Word;

    /// <inheritdoc/>
    public IReadOnlyList<double> Weigh(IReadOnlyList<RewardedCandidate> group, UpdateFilter filter) =>
        [.. group.Select(candidate => candidate.Reward is { Value: > 0 and var value } && value > filter.Threshold ? value : 0.0)];
}
