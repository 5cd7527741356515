using Seal.Core.Candidates;
using Seal.Core.Rewards;
using Seal.Core.Updates;
using Seal.Samples.Tests.Support;

namespace Seal.Samples.Tests;

/// <summary>Reward and rule by hand-worked cases.</summary>
public sealed class RewardAndRuleTests
{
    private static readonly UpdateFilter Filter = new("above-mean", Threshold: 0, Best: 1);

    [Theory]
    [InlineData(new[] { 0.2, 0.8, 0.5 }, new[] { 0.0, 1.0, 0.5 })]
    [InlineData(new[] { 0.4, 0.4, 0.4 }, new[] { 0.5, 0.5, 0.5 })]
    [InlineData(new[] { 1.0, 1.0, 0.0 }, new[] { 0.75, 0.75, 0.0 })]
    [InlineData(new[] { 0.3 }, new[] { 0.5 })]
    public void Reward_OfAGroup_IsTheShareThatEachBeats(double[] accuracies, double[] expected)
    {
        var rewards = new RankReward().Reward([.. accuracies.Select(Hand.Scored)], default);

        Assert.Equal(expected, rewards.Select(reward => reward!.Value));
        Assert.All(rewards, reward => Assert.Equal(("rank", 16L), (reward!.Source, reward.Steps)));
    }

    [Fact]
    public void Reward_OfWhatWasNotJudged_IsNothingThatTheOthersAreComparedWith()
    {
        CandidateOutcome[] group =
        [
            new(CandidateState.Invalid, []),
            Hand.Scored(0.2),
            new(CandidateState.Failed, []),
            Hand.Scored(0.6),
            new(CandidateState.Poisoned, []),
        ];

        Assert.Equal([0, 0, 0, 1, null], new RankReward().Reward(group, default).Select(reward => reward?.Value));
    }

    [Theory]
    [InlineData(new[] { 0.0, 1.0, 0.5 }, new[] { 0.0, 0.5, 0.0 })]
    [InlineData(new[] { 0.5, 0.5, 0.5 }, new[] { 0.0, 0.0, 0.0 })]
    [InlineData(new[] { 0.75, 0.75, 0.0 }, new[] { 0.25, 0.25, 0.0 })]
    public void Weigh_OfAGroup_IsWhatIsAboveItsMean(double[] rewards, double[] expected) =>
        Assert.Equal(expected, new AboveMean().Weigh([.. rewards.Select((reward, i) => Hand.Rewarded(i, reward))], Filter));

    [Fact]
    public void Weigh_OfLostWork_CountsItNowhere()
    {
        RewardedCandidate[] group = [Hand.Rewarded(0, 1), Hand.Rewarded(1, null), Hand.Rewarded(2, 0)];

        Assert.Equal([0.5, 0, 0], new AboveMean().Weigh(group, Filter));
        Assert.Equal([0, 0, 0], new AboveMean().Weigh([Hand.Rewarded(0, null), .. group[1..]], Filter with { Threshold = 1 }));
        Assert.Empty(new AboveMean().Weigh([], Filter));
    }
}
