using CsCheck;
using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Rewards;
using Seal.Core.Runs;
using Seal.Core.Sweeps;
using Seal.Core.Tests.Support;
using Seal.Core.Updates;

namespace Seal.Core.Tests.Updates;

/// <summary>What each rule learns of a round, by hand.</summary>
public sealed class UpdateRulesTests
{
    private static readonly RewardedCandidate[] Round =
    [
        Candidate("t1", 0, "a", 0.5),
        Candidate("t1", 1, "b", 0.75),
        Candidate("t1", 2, "b", 0.75),
        Candidate("t1", 3, "c", 0.75),
        Candidate("t1", 4, null, 0),
        Candidate("t1", 5, "d", null),
        Candidate("t2", 0, "e", 0.25),
        Candidate("t2", 1, "f", 0),
        Candidate("t2", 2, "g", -1),
    ];

    [Theory]
    [InlineData(1, 0, "t1:1 t2:0")]
    [InlineData(2, 0, "t1:1 t1:3 t2:0")]
    [InlineData(3, 0, "t1:0 t1:1 t1:3 t2:0")]
    [InlineData(9, 0, "t1:0 t1:1 t1:3 t2:0")]
    [InlineData(3, 0.5, "t1:1 t1:3")]
    [InlineData(9, -2, "t1:0 t1:1 t1:3 t2:0 t2:1 t2:2")]
    public void Select_BestPerTask_IsTheBestDifferentOnesOfEachTaskTheFirstOfEquals(int best, double threshold, string kept) =>
        Assert.Equal(kept, Text(new UpdateFilter("best-per-task", threshold, best)));

    [Theory]
    [InlineData(0, "t1:0×0.5 t1:1×0.75 t1:2×0.75 t1:3×0.75 t2:0×0.25")]
    [InlineData(0.5, "t1:1×0.75 t1:2×0.75 t1:3×0.75")]
    // A loss cannot be unlearned by this rule: what earned less than nothing is left out.
    [InlineData(-2, "t1:0×0.5 t1:1×0.75 t1:2×0.75 t1:3×0.75 t2:0×0.25")]
    public void Select_RewardWeighted_IsEveryRewardedOneWithItsRewardAsWeight(double threshold, string kept) =>
        Assert.Equal(kept, Text(new UpdateFilter("reward-weighted", threshold, 1)));

    [Fact]
    public void Select_RewardWeightedWhereRewardsAreAllOrNothing_IsReStEm() =>
        Gen.Select(Gen.OneOf<string?>("a", "b", null), Gen.OneOf<double>(0, 1))
            .Array[0, 20]
            .Sample(drawn =>
            {
                RewardedCandidate[] round = [.. drawn.Select((one, i) => Candidate(i % 2 == 0 ? "t1" : "t2", i, one.Item1, one.Item2))];
                string[] tasks = ["t2", "t1"];

                Assert.Equal(
                    new UpdateFilter("rest-em", 0, 1).Select(round, tasks, once: false),
                    new UpdateFilter("reward-weighted", 0, 1).Select(round, tasks, once: false)
                );
            });

    /// <summary>Whatever a rule says of texts that are no self-edits or were given up: nothing can be learned of them.</summary>
    [Theory]
    [InlineData("rest-em")]
    [InlineData("best-per-task")]
    [InlineData("reward-weighted")]
    public void Select_OfWhatHasNoSelfEditOrNoReward_IsNothing(string rule) =>
        Assert.Empty(new UpdateFilter(rule, -5, 9).Select([Candidate("t1", 0, null, 1), Candidate("t1", 1, "a", null)], ["t1"], once: false));

    /// <summary>Reports and checks ask the same filter as the update.</summary>
    [Theory]
    [InlineData("rest-em", 1, new[] { 0, 1, 2 })]
    [InlineData("best-per-task", 1, new[] { 1 })]
    [InlineData("best-per-task", 2, new[] { 0, 1 })]
    public void Kept_OfATasksRecord_IsWhatTheUpdateLearns(string rule, int best, int[] kept)
    {
        var task = SmallRecords.Task(
            "ta",
            SmallRecords.Scored(0, "a", 0.5),
            SmallRecords.Scored(1, "b", 1),
            SmallRecords.Scored(2, "b", 1, duplicateOf: 1),
            SmallRecords.Scored(3, "c", 0),
            SmallRecords.Poisoned(4, "d")
        );
        var run = SmallRecords.Run(update: new UpdateSettings(rule, Best: best == 1 ? null : best));

        Assert.Equal(kept, UpdateFilter.Of(run.Settings).Kept(task).Select(candidate => candidate.Index));
        Assert.Equal(kept.Length, KeptPairs.Of(new TrainPolicy(PhaseId.Train(1), Theta.Base, rule), run, [new TaskRef("ta", "0a")], [task]).Count);
    }

    [Fact]
    public void Of_PairsOfAWeightedRule_CarryTheirWeightUnlessItIsOne()
    {
        var task = SmallRecords.Task("ta", SmallRecords.Scored(0, "a", 0.5), SmallRecords.Scored(1, "b", 1));
        var pairs = KeptPairs.Of(
            new TrainPolicy(PhaseId.Train(1), Theta.Base, "reward-weighted"),
            SmallRecords.Run(update: new UpdateSettings("reward-weighted")),
            [new TaskRef("ta", "0a")],
            [task]
        );

        Assert.Equal([("a", 0.5), ("b", null)], pairs.Select(pair => (pair.Payload, pair.Weight)));
    }

    [Theory]
    [InlineData("rest-em", "above 0.5")]
    [InlineData("best-per-task", "of each task the best 3 above 0.5")]
    [InlineData("reward-weighted", "above 0.5, weighted by the reward")]
    public void Words_OfAFilter_SayWhatIsKept(string rule, string words) => Assert.Equal(words, new UpdateFilter(rule, 0.5, 3).Words);

    /// <summary>What a forecast takes to be kept: of ten self-edits, a quarter of whose trials solve their task.</summary>
    [Theory]
    [InlineData("rest-em", "exact", 1, 1, 0.25)]
    [InlineData("rest-em", "shuffled", 1, 1, 0.25)]
    [InlineData("rest-em", "exact", 2, 1, 0.4375)]
    [InlineData("rest-em", "token-accuracy", 1, 1, 1)]
    [InlineData("best-per-task", "exact", 1, 1, 0.1)]
    [InlineData("best-per-task", "exact", 1, 5, 0.25)]
    [InlineData("best-per-task", "shuffled-token-accuracy", 1, 5, 0.5)]
    public void LikelyKept_OfARound_GoesByRuleAndReward(string rule, string reward, int trials, int best, double share)
    {
        var settings = new RunSettings(
            "toy",
            new(),
            new ProposalSettings(Candidates: 10),
            new(),
            new RewardSettings(reward, Trials: trials),
            new UpdateSettings(rule, Best: best),
            new()
        );

        Assert.Equal(share, UpdateFilter.LikelyKept(settings, 0.25), 12);
    }

    private static string Text(UpdateFilter filter) =>
        string.Join(
            ' ',
            filter
                .Select(Round, ["t1", "t2"], once: false)
                .Select(one => FormattableString.Invariant($"{one.Task}:{one.Candidate}{(one.Weight == 1 ? "" : $"×{one.Weight}")}"))
        );

    private static RewardedCandidate Candidate(string task, int number, string? payload, double? reward) =>
        new(task, number, payload, reward is { } value ? new Reward(value, "test", [], 0) : null);
}
