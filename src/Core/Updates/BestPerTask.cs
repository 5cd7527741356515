namespace Seal.Core.Updates;

/// <summary>
/// Of each task the best few different self-edits whose reward is greater than the threshold, all with weight 1: a task teaches no more than another
/// because its best self-edit was drawn more often. SEAL's knowledge half keeps the best of five this way. Of equal rewards the one drawn first.
/// </summary>
public sealed class BestPerTask : IPolicyUpdateRule
{
    /// <summary>What sweep files call it.</summary>
    public const string Word = "best-per-task";

    /// <inheritdoc/>
    public string Name => Word;

    /// <inheritdoc/>
    public IReadOnlyList<double> Weigh(IReadOnlyList<RewardedCandidate> group, UpdateFilter filter)
    {
        var best = group
            .Where(candidate => candidate.Payload is not null && candidate.Reward?.Value > filter.Threshold)
            .OrderByDescending(candidate => candidate.Reward!.Value)
            .DistinctBy(candidate => candidate.Payload)
            .Take(filter.Best)
            .Select(candidate => candidate.Candidate)
            .ToHashSet();
        return [.. group.Select(candidate => best.Contains(candidate.Candidate) ? 1.0 : 0.0)];
    }
}
