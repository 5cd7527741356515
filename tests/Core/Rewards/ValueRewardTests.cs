using Seal.Core.Candidates;
using Seal.Core.Catalogs;
using Seal.Core.Rewards;

namespace Seal.Core.Tests.Rewards;

/// <summary>Rewards between nothing and all.</summary>
public sealed class ValueRewardTests
{
    [Theory]
    [InlineData("token-accuracy", ObservationNames.TokenAccuracy, false)]
    [InlineData("demonstration-accuracy", ObservationNames.DemonstrationAccuracy, true)]
    public void Reward_OfScoredCandidates_IsWhatWasObserved(string source, string observation, bool needsDemonstrations)
    {
        var reward = Catalog.Current.Reward(source);
        var rewards = reward.Reward(
            [
                new(CandidateState.Scored, [new(ObservationNames.Exact, 1), new(observation, 0.8)], 12),
                new(CandidateState.Scored, [new(observation, 0)]),
                new(CandidateState.Scored, [new(ObservationNames.Exact, 1)]),
                new(CandidateState.Failed, [], 7, "not finite"),
                new(CandidateState.Invalid, [], 0, "no self-edit"),
                new(CandidateState.Poisoned, []),
            ],
            default
        );

        Assert.Equal([0.8, 0, 0, 0, 0, null], rewards.Select(one => one?.Value));
        Assert.Equal(
            (source, 12L, new Observation(observation, 0.8)),
            (rewards[0]!.Source, rewards[0]!.Steps, Assert.Single(rewards[0]!.Components))
        );
        Assert.Null(rewards[0]!.Reason);
        Assert.Equal($"'{observation}' was not observed", rewards[2]!.Reason);
        Assert.Equal((needsDemonstrations, false), (reward.NeedsDemonstrations, reward.NeedsVotes));
    }

    [Theory]
    [InlineData("exact", false)]
    [InlineData("shuffled-token-accuracy", false)]
    [InlineData("shuffled-demonstration-accuracy", true)]
    public void NeedsDemonstrations_OfAReward_IsThatOfWhatItDealsOut(string source, bool needs) =>
        Assert.Equal(needs, Catalog.Current.Reward(source).NeedsDemonstrations);

    [Fact]
    public void Reward_ShuffledValues_AreTheSameValuesElsewhere()
    {
        CandidateOutcome[] group =
        [
            .. Enumerable.Range(0, 12).Select(i => new CandidateOutcome(CandidateState.Scored, [new(ObservationNames.TokenAccuracy, i / 12.0)])),
        ];
        var dealt = Catalog.Current.Reward("shuffled-token-accuracy").Reward(group, default).Select(reward => reward!.Value).ToArray();

        Assert.Equal(Enumerable.Range(0, 12).Select(i => i / 12.0), dealt.Order());
        Assert.NotEqual(Enumerable.Range(0, 12).Select(i => i / 12.0), dealt);
    }
}
