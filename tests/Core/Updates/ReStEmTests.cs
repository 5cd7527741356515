using CsCheck;
using Seal.Core.Catalogs;
using Seal.Core.Randomness;
using Seal.Core.Rewards;
using Seal.Core.Sweeps;
using Seal.Core.Updates;

namespace Seal.Core.Tests.Updates;

public sealed class ReStEmTests
{
    private static readonly string[] Tasks = ["t2", "t1", "t3"];

    private static readonly Gen<RewardedCandidate[]> Round = Gen.Select(
            Gen.OneOf<string?>(["a", "b", "c", null]),
            Gen.OneOf<double?>([null, 0, 0.5, 1])
        )
        .Array[0, 30]
        .Select(drawn => drawn.Select((member, i) => Candidate(Tasks[i % 3], i / 3, member.Item1, member.Item2)).ToArray());

    [Fact]
    public void Select_MixedRound_KeepsRewardedEditsInTaskThenCandidateOrder()
    {
        var kept = Select(
            [
                Candidate("t1", 1, "b", 1),
                Candidate("t1", 0, "a", 1),
                Candidate("t2", 3, "c", 1),
                Candidate("t2", 0, "d", 0),
                Candidate("t3", 0, "e", null),
                Candidate("t3", 1, null, 0),
            ],
            Tasks,
            Settings(0)
        );

        Assert.Equal([new("t2", 3, "c"), new("t1", 0, "a"), new("t1", 1, "b")], kept);
    }

    [Fact]
    public void Select_RewardAtTheThreshold_IsNotKept()
    {
        RewardedCandidate[] round = [Candidate("t1", 0, "a", 0.5), Candidate("t1", 1, "b", 0.51)];

        Assert.Equal(["b"], Select(round, Tasks, Settings(0.5)).Select(example => example.Payload));
    }

    [Fact]
    public void Select_EqualEdits_StandAsOftenAsTheyWereKeptUnlessDeduplicated()
    {
        RewardedCandidate[] round = [Candidate("t1", 2, "a", 1), Candidate("t1", 1, "a", 1), Candidate("t2", 0, "a", 1)];

        Assert.Equal([("t2", 0), ("t1", 1), ("t1", 2)], Select(round, Tasks, Settings(0)).Select(example => (example.Task, example.Candidate)));
        Assert.Equal(
            [("t2", 0), ("t1", 1)],
            Select(round, Tasks, Settings(0, deduplicate: true)).Select(example => (example.Task, example.Candidate))
        );
    }

    [Fact]
    public void Select_AnyOrderOfCandidates_KeepsTheSame() =>
        Gen.Select(Round, Gen.ULong, Gen.Bool)
            .Sample(
                (round, seed, deduplicate) =>
                {
                    var shuffled = round.ToArray();
                    new CounterRandom(new Seed(seed)).Shuffle<RewardedCandidate>(shuffled);
                    Assert.Equal(Select(round, Tasks, Settings(0, deduplicate)), Select(shuffled, Tasks, Settings(0, deduplicate)));
                }
            );

    [Fact]
    public void Select_HigherThreshold_KeepsASubset() =>
        Gen.Select(Round, Gen.Double[-1, 1.5], Gen.Double[0, 1])
            .Sample(
                (round, threshold, more) =>
                {
                    var many = Select(round, Tasks, Settings(threshold));
                    var few = Select(round, Tasks, Settings(threshold + more));
                    Assert.Subset(many.ToHashSet(), few.ToHashSet());
                    Assert.Equal(round.Count(candidate => candidate.Payload is not null && candidate.Reward?.Value > threshold), many.Count);
                }
            );

    [Fact]
    public void Select_Deduplicated_KeepsEachEditOfATaskOnceAndLosesNone() =>
        Round.Sample(round =>
        {
            var all = Select(round, Tasks, Settings(0));
            var once = Select(round, Tasks, Settings(0, deduplicate: true));
            Assert.Equal(once.Count, once.Select(example => (example.Task, example.Payload)).Distinct().Count());
            Assert.Equal(
                all.Select(example => (example.Task, example.Payload)).ToHashSet(),
                once.Select(example => (example.Task, example.Payload)).ToHashSet()
            );
        });

    [Fact]
    public void Select_TwoCandidatesWithOneNumberOrAStrangeTask_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => Select([Candidate("t1", 0, "a", 1), Candidate("t1", 0, "b", 1)], Tasks, Settings(0)));
        var strange = Assert.Throws<ArgumentException>(() => Select([Candidate("t9", 0, "a", 1)], Tasks, Settings(0)));
        Assert.Equal("Task 't9' is not among the round's training tasks.", strange.Message);
    }

    private static RewardedCandidate Candidate(string task, int number, string? payload, double? reward) =>
        new(task, number, payload, reward is { } value ? new Reward(value, "test", [], 0) : null);

    private static IReadOnlyList<UpdateExample> Select(RewardedCandidate[] round, string[] tasks, (double Threshold, bool Once) settings) =>
        new UpdateFilter("rest-em", settings.Threshold, 1).Select(round, tasks, settings.Once);

    private static (double Threshold, bool Once) Settings(double threshold, bool deduplicate = false) => (threshold, deduplicate);

    [Fact]
    public void Select_TaskThatStandsTwiceInTheOrder_IsRefusedByName() =>
        Assert.Equal(
            "Task 't1' stands twice in the order of tasks.",
            Assert.Throws<ArgumentException>(() => Select([], ["t1", "t2", "t1"], Settings(0))).Message
        );

    [Fact]
    public void Get_UnknownRule_NamesTheKnownOnes() =>
        Assert.Equal(
            "update.rule: 'grpo' is not known; expected one of rest-em, best-per-task, reward-weighted. If it comes from a plug-in, add "
                + "--plugin <dll>.",
            Assert.Throws<SweepException>(() => Catalog.Current.Rule("grpo")).Message
        );
}
