using CsCheck;
using Seal.Core.Candidates;
using Seal.Core.Catalogs;
using Seal.Core.Randomness;
using Seal.Core.Rewards;

namespace Seal.Core.Tests.Rewards;

public sealed class ShuffledRewardTests
{
    private static readonly IGroupReward Shuffled = Catalog.Current.Reward("shuffled");

    [Fact]
    public void Reward_OfAGroup_KeepsAsManyAsTheExactRewardDoes() =>
        Gen.OneOf<double>(1.0, 0.0, -1.0)
            .Array[0, 20]
            .Select(Gen.ULong)
            .Sample(
                (group, seed) =>
                {
                    var outcomes = Outcomes(group);
                    var exact = Catalog.Current.Reward("exact").Reward(outcomes, default);
                    var rewards = Shuffled.Reward(outcomes, new Seed(seed));
                    Assert.Equal(exact.Select(reward => reward!.Value).Order(), rewards.Select(reward => reward!.Value).Order());
                    // Nothing that is no self-edit is ever kept.
                    Assert.All(
                        outcomes.Zip(rewards).Where(pair => pair.First.State == CandidateState.Invalid),
                        pair => Assert.Equal(0, pair.Second!.Value)
                    );
                }
            );

    [Fact]
    public void Reward_OverManySeeds_DoesNotDependOnTheTrueOne()
    {
        var outcomes = Outcomes([1, 0, 0, 0]);
        var counts = new int[4];
        for (var seed = 0UL; seed < 2000; seed++)
        {
            var rewards = Shuffled.Reward(outcomes, new Seed(seed));
            counts[Array.FindIndex([.. rewards], reward => reward!.Value == 1)]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 400, 600));
    }

    [Fact]
    public void Reward_OfVotes_DealsOutVotes()
    {
        CandidateOutcome[] outcomes =
        [
            new(CandidateState.Scored, [new("exact", 1), new("vote_top2", 0)]),
            new(CandidateState.Scored, [new("exact", 0), new("vote_top2", 0)]),
        ];
        var voted = Catalog.Current.Reward("shuffled-vote-top-2");

        Assert.True(voted.NeedsVotes);
        Assert.Equal([0, 0], voted.Reward(outcomes, default).Select(reward => reward!.Value));
        Assert.Equal(1, Shuffled.Reward(outcomes, default).Sum(reward => reward!.Value));
    }

    private static CandidateOutcome[] Outcomes(double[] group) =>
        [
            .. group.Select(value =>
                value < 0
                    ? new CandidateOutcome(CandidateState.Invalid, [])
                    : new CandidateOutcome(CandidateState.Scored, [new Observation("exact", value)], 5)
            ),
        ];
}
