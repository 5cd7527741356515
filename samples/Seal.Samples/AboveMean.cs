namespace Seal.Samples;

/// <summary>Learns the self-edits that earned more than the mean of their task, each weighted by how much more.</summary>
public sealed class AboveMean : IPolicyUpdateRule
{
    public string Name => "above-mean";

    public IReadOnlyList<double> Weigh(IReadOnlyList<RewardedCandidate> group, UpdateFilter filter)
    {
        var mean = group.Select(candidate => candidate.Reward?.Value).Average() ?? 0;
        return [.. group.Select(candidate => candidate.Reward?.Value is { } value && value > filter.Threshold ? Math.Max(0, value - mean) : 0)];
    }
}
