using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Randomness;

namespace Seal.Core.Rewards;

/// <summary>
/// The rewards of a group dealt out by chance among its valid self-edits: as many are kept of every task, but which ones says nothing. ReST-EM
/// on it learns what filtering by task and sampling by itself teach, which is the control for what the reward teaches.
/// </summary>
/// <param name="name">Its name.</param>
/// <param name="dealt">Whose rewards are dealt out.</param>
public sealed class ShuffledReward(string name, IGroupReward dealt) : IGroupReward
{
    public string Name => name;

    public bool NeedsVotes => dealt.NeedsVotes;

    public bool NeedsDemonstrations => dealt.NeedsDemonstrations;

    public bool IsAllOrNothing => dealt.IsAllOrNothing;

    public IReadOnlyList<Reward?> Reward(IReadOnlyList<CandidateOutcome> group, Seed seed) => Deal(dealt.Reward(group, seed), group, seed);

    public IReadOnlyList<Reward?> RewardOn(TaskRef task, IReadOnlyList<CandidateOutcome> group, Seed seed) =>
        Deal(dealt.RewardOn(task, group, seed), group, seed);

    private Reward?[] Deal(IReadOnlyList<Reward?> own, IReadOnlyList<CandidateOutcome> group, Seed seed)
    {
        Reward?[] rewards = [.. own];
        int[] places = [.. Enumerable.Range(0, rewards.Length).Where(i => rewards[i] is not null && group[i].State != CandidateState.Invalid)];
        var order = new CounterRandom(seed.Derive(Name)).NextPermutation(places.Length);
        var shuffled = (Reward?[])rewards.Clone();
        for (var i = 0; i < places.Length; i++)
        {
            shuffled[places[i]] = rewards[places[i]]! with { Value = rewards[places[order[i]]]!.Value, Source = Name };
        }

        return shuffled;
    }
}
