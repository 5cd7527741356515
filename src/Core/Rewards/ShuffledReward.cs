using Seal.Core.Randomness;

namespace Seal.Core.Rewards;

/// <summary>
/// The exact rewards of a group dealt out by chance among its valid self-edits: as many are kept of every task, but which ones says nothing. ReST-EM
/// on it learns what filtering by task and sampling by itself teach, which is the control for what the reward teaches.
/// </summary>
public sealed class ShuffledReward : IGroupReward
{
    private readonly ExactReward _exact = new();

    public string Name => "shuffled";

    public IReadOnlyList<Reward?> Reward(IReadOnlyList<CandidateOutcome> group, Seed seed)
    {
        Reward?[] rewards = [.. _exact.Reward(group, seed)];
        int[] places = [.. Enumerable.Range(0, rewards.Length).Where(i => rewards[i] is not null && group[i].State != Candidates.CandidateState.Invalid)];
        var order = new CounterRandom(seed.Derive(Name)).NextPermutation(places.Length);
        var dealt = (Reward?[])rewards.Clone();
        for (var i = 0; i < places.Length; i++)
        {
            dealt[places[i]] = rewards[places[i]]! with { Value = rewards[places[order[i]]]!.Value, Source = Name };
        }

        return dealt;
    }
}
