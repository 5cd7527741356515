namespace Seal.Core.Updates;

/// <summary>
/// The E-step of ReST-EM (Singh et al. 2023, as SEAL uses it): keep the self-edits whose reward is greater than the threshold, all with
/// weight 1. A self-edit that was sampled and kept several times for a task stands in the training set as often, as in the paper, so the
/// set has the policy's own frequencies; <see cref="Sweeps.UpdateSettings.Deduplicate"/> keeps only the first of equals.
/// </summary>
public sealed class ReStEm : IPolicyUpdateRule
{
    /// <summary>What sweep files call it.</summary>
    public const string Word = "rest-em";

    /// <inheritdoc/>
    public string Name => Word;

    /// <inheritdoc/>
    public IReadOnlyList<double> Weigh(IReadOnlyList<RewardedCandidate> group, UpdateFilter filter) =>
        [.. group.Select(candidate => candidate.Reward?.Value > filter.Threshold ? 1.0 : 0.0)];
}
