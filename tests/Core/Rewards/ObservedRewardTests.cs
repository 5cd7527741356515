using CsCheck;
using Seal.Core.Candidates;
using Seal.Core.Catalogs;
using Seal.Core.Rewards;
using Seal.Core.Sweeps;

namespace Seal.Core.Tests.Rewards;

public sealed class ObservedRewardTests
{
    private static readonly IGroupReward Exact = Catalog.Current.Reward("exact");

    [Fact]
    public void Reward_OfEachState_IsAVerdictOrNothing()
    {
        var rewards = Exact.Reward(
            [
                Scored(1),
                Scored(0),
                new(CandidateState.Invalid, [], 0, "unknown key"),
                new(CandidateState.Failed, [], 7, "376 steps are more than 375"),
                new(CandidateState.Poisoned, []),
            ],
            default
        );

        Assert.Equal([1, 0, 0, 0, null], rewards.Select(reward => reward?.Value));
        Assert.Equal(("unknown key", new Observation("invalid", 1)), (rewards[2]!.Reason, Assert.Single(rewards[2]!.Components)));
        Assert.Equal(("376 steps are more than 375", 7L), (rewards[3]!.Reason, rewards[3]!.Steps));
        Assert.Equal(("exact", 12L), (rewards[0]!.Source, rewards[0]!.Steps));
        Assert.Null(rewards[1]!.Reason);
    }

    [Theory]
    [InlineData(0.999)]
    [InlineData(0.5)]
    public void Reward_AlmostExact_IsNothing(double exact) => Assert.Equal(0, Exact.Reward([Scored(exact)], default)[0]!.Value);

    [Fact]
    public void Reward_ScoredWithoutTheObservation_IsRefused() =>
        Assert.Contains(
            "'exact'",
            Assert.Throws<ArgumentException>(() => Exact.Reward([new(CandidateState.Scored, [new("cells", 1)])], default)).Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("exact", 0, false)]
    [InlineData("vote-top-1", 0, true)]
    [InlineData("vote-top-2", 1, true)]
    public void Reward_OfEachScore_LooksAtItsOwnObservation(string source, double expected, bool needsVotes)
    {
        var reward = Catalog.Current.Reward(source);
        CandidateOutcome outcome = new(
            CandidateState.Scored,
            [new(ObservationNames.Exact, 0), new(ObservationNames.VoteTop1, 0), new(ObservationNames.VoteTop2, 1)]
        );

        Assert.Equal((expected, source), (reward.Reward([outcome], default)[0]!.Value, reward.Reward([outcome], default)[0]!.Source));
        Assert.Equal(needsVotes, reward.NeedsVotes);
        if (needsVotes)
        {
            Assert.Contains(
                "'vote_top",
                Assert.Throws<ArgumentException>(() => reward.Reward([Scored(1)], default)).Message,
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public void Get_MistypedName_NamesWhatWasMeant() =>
        Assert.Contains(
            "(did you mean 'exact'?)",
            Assert.Throws<SweepException>(() => Catalog.Current.Reward("exacd")).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Reward_OfAGroup_IsTheRewardOfEachAlone() =>
        Gen.OneOf<CandidateState>(Enum.GetValues<CandidateState>())
            .Select(Gen.Bool)
            .Array[0, 20]
            .Sample(members =>
            {
                CandidateOutcome[] group =
                [
                    .. members.Select(member => member.Item1 == CandidateState.Scored ? Scored(member.Item2 ? 1 : 0) : new(member.Item1, [])),
                ];
                var rewards = Exact.Reward(group, default);
                Assert.Equal(group.Length, rewards.Count);
                for (var i = 0; i < group.Length; i++)
                {
                    Assert.Equal(Exact.Reward([group[i]], default)[0]?.Value, rewards[i]?.Value);
                    Assert.Equal(group[i].State.IsVerdict(), rewards[i] is not null);
                }
            });

    private static CandidateOutcome Scored(double exact) => new(CandidateState.Scored, [new("token_accuracy", 0.3), new("exact", exact)], 12);

    [Fact]
    public void Reward_OfUnscoredWithoutAReason_SaysWhatItWas()
    {
        var rewards = Exact.Reward([new(CandidateState.Invalid, []), new(CandidateState.Failed, [])], default);

        Assert.Equal(["invalid self-edit", "training failed"], rewards.Select(reward => reward!.Reason));
        Assert.Equal([new("invalid", 1), new Observation("failed", 1)], rewards.Select(reward => Assert.Single(reward!.Components)));
    }

    [Fact]
    public void Get_UnknownName_ListsThemAll() =>
        Assert.Equal(
            "reward.source: 'x' is not known; expected one of exact, vote-top-1, vote-top-2, token-accuracy, demonstration-accuracy, accuracy, "
                + "net-accuracy, shuffled, shuffled-vote-top-1, shuffled-vote-top-2, shuffled-token-accuracy, shuffled-accuracy, shuffled-demonstration-accuracy. "
                + "If it comes from a plug-in, add --plugin <dll>.",
            Assert.Throws<SweepException>(() => Catalog.Current.Reward("x")).Message
        );
}
