using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Jobs;
using Seal.Core.Sweeps;
using Seal.Core.Tests.Support;

namespace Seal.Core.Tests.Jobs;

/// <summary>From proposals to packs and back, by hand.</summary>
public sealed class TrialPacksTests
{
    private static readonly TaskRef Task = new("ta", "0a");

    private static readonly ProposeResult Proposals = new(
        [Valid("a"), new Proposal("bad", null, "no self-edit"), Valid("b"), Valid("a"), Valid("c"), Valid("d")],
        Redraws: 4
    );

    [Fact]
    public void Of_Proposals_PacksEachValidSelfEditOnceInOrder()
    {
        var packs = Packs(Proposals, packSize: 3).All;

        Assert.Equal(
            [
                [(0, "a"), (2, "b"), (4, "c")],
                [(5, "d")],
            ],
            packs.Select(pack => pack.Members.Select(member => (member.Index, member.Payload)).ToArray())
        );
        Assert.All(packs, pack => Assert.Equal((Task, SmallRecords.Model, EvaluationKind.Plain), (pack.Task, pack.Base, pack.Evaluation)));
        Assert.All(packs.SelectMany(pack => pack.Members), member => Assert.Equal(InnerSeeds.For(1, "ta", member.Payload).Value, member.Seed));
        Assert.Equal(4, Packs(Proposals).All.Count);
    }

    [Fact]
    public void Gather_PacksThatHaveEnded_GivesEachProposalItsRecordAndReward()
    {
        var (solved, failed, wrong) = (SmallRecords.Trial(true), SmallRecords.Trial(false, 0, "over the step cap"), SmallRecords.Trial(false));
        var record = Packs(Proposals, packSize: 3)
            .Gather(new Dictionary<int, IReadOnlyList<TrialResult?>?> { [0] = Outcome(solved, failed, null), [5] = Outcome(wrong) });

        Assert.Equal(("ta", 4), (record.Task, record.Redraws));
        Assert.Equal(
            [
                new(0, "a", null, CandidateState.Scored, null, solved, 1),
                new(1, null, "no self-edit", CandidateState.Invalid, null, null, 0),
                new(2, "b", null, CandidateState.Failed, null, failed, 0),
                // It shares the trial of the first, and its reward.
                new(3, "a", null, CandidateState.Scored, 0, solved, 1),
                // Given up: nothing is known of it, so there is no reward.
                new(4, "c", null, CandidateState.Poisoned, null, null, null),
                new CandidateRecord(5, "d", null, CandidateState.Scored, null, wrong, 0),
            ],
            record.Candidates
        );
    }

    /// <summary>A reward may count by anything that it sees.</summary>
    [Fact]
    public void Outcome_OfEqualSelfEdits_LooksAlikeToAReward()
    {
        var trial = SmallRecords.Trial(true, steps: 30);
        var packs = new Dictionary<int, IReadOnlyList<TrialResult?>?> { [0] = Outcome(trial, trial, trial), [5] = Outcome(trial) };
        var record = Packs(Proposals, packSize: 3).Gather(packs);
        var (first, copy) = (TrialPacks.Outcome(record.Candidates[0]), TrialPacks.Outcome(record.Candidates[3]));

        Assert.Equal(0, record.Candidates[3].DuplicateOf);
        Assert.Equal(30, copy.Steps);
        Assert.Equal((first.State, first.Observations, first.Steps, first.Reason), (copy.State, copy.Observations, copy.Steps, copy.Reason));
    }

    [Fact]
    public void Gather_PackThatWasGivenUpWhole_HasNoVerdictOnAnyMember()
    {
        var record = Packs(Proposals, packSize: 3)
            .Gather(new Dictionary<int, IReadOnlyList<TrialResult?>?> { [0] = null, [5] = Outcome(SmallRecords.Trial(true)) });

        Assert.Equal(
            [
                CandidateState.Poisoned,
                CandidateState.Invalid,
                CandidateState.Poisoned,
                CandidateState.Poisoned,
                CandidateState.Poisoned,
                CandidateState.Scored,
            ],
            record.Candidates.Select(one => one.State)
        );
        Assert.Equal([null, 0, null, null, null, 1], record.Candidates.Select(one => one.Reward));
    }

    [Fact]
    public void Gather_ShuffledReward_DealsOutAsManyUnderASeedOfItsOwn()
    {
        ProposeResult proposals = new([.. Enumerable.Range(0, 40).Select(i => Valid($"e{i}"))], 0);
        var trials = Enumerable.Range(0, 40).ToDictionary(i => i, i => (IReadOnlyList<TrialResult?>?)Outcome(SmallRecords.Trial(i < 10)));

        var (first, again, other) = (Rewards(PhaseId.Train(1)), Rewards(PhaseId.Train(1)), Rewards(PhaseId.Train(2)));

        Assert.Equal(10, first.Count(reward => reward == 1));
        Assert.NotEqual(Enumerable.Range(0, 40).Select(i => (double?)(i < 10 ? 1 : 0)), first);
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);

        double?[] Rewards(PhaseId phase)
        {
            var packs = Packs(proposals, reward: new RewardSettings("shuffled"), phase: phase);
            return [.. packs.Gather(trials).Candidates.Select(one => one.Reward)];
        }
    }

    [Fact]
    public void Gather_AnswersThatAreOnlyShown_HaveNoRewardWhereItNeedsVotes()
    {
        var packs = Packs(new ProposeResult([Valid("a")], 0), reward: new RewardSettings("vote-top-2"), judging: EvaluationKind.Shown);
        var record = packs.Gather(new Dictionary<int, IReadOnlyList<TrialResult?>?> { [0] = Outcome(SmallRecords.Trial(true)) });

        Assert.Null(Assert.Single(record.Candidates).Reward);
    }

    [Fact]
    public void Count_WhileSomePacksRun_CountsWhatHasEndedCopiesIncluded()
    {
        var first = new Dictionary<int, IReadOnlyList<TrialResult?>?> { [0] = Outcome(SmallRecords.Trial(true), SmallRecords.Trial(false), null) };

        // The text that is no self-edit has ended before anything ran.
        Assert.Equal((1, 0, (double?)null), Packs(Proposals, packSize: 3).Count(new Dictionary<int, IReadOnlyList<TrialResult?>?>()));
        // a twice, the text, b, and c that was given up.
        Assert.Equal((5, 2, (double?)null), Packs(Proposals, packSize: 3).Count(first));
        first[5] = Outcome(SmallRecords.Trial(true));
        Assert.Equal((6, 3, (double?)null), Packs(Proposals, packSize: 3).Count(first));
    }

    [Fact]
    public void Count_ByVotes_CountsWhatTheScoreSaysUnlessItIsOnlyShown()
    {
        var proposals = new ProposeResult([Valid("a")], 0);
        var voted = SmallRecords.Trial(false) with { Observations = [new(ObservationNames.Exact, 0), new(ObservationNames.VoteTop2, 1)] };
        var ended = new Dictionary<int, IReadOnlyList<TrialResult?>?> { [0] = Outcome(voted) };

        Assert.Equal((1, 1, (double?)null), Packs(proposals, score: "vote-top-2").Count(ended));
        Assert.Equal((1, 0, (double?)null), Packs(proposals, score: "vote-top-2", judging: EvaluationKind.Shown).Count(ended));
    }

    /// <summary>Three trials of each different self-edit side by side, in packs as ever.</summary>
    [Fact]
    public void All_WithSeveralTrials_HasEachSelfEditUnderInnerSeedsOfItsOwn()
    {
        var packs = Packs(Proposals, packSize: 4, trials: 3).All;

        Assert.Equal(
            [
                [(0, "a"), (1024, "a"), (2048, "a"), (2, "b")],
                [(1026, "b"), (2050, "b"), (4, "c"), (1028, "c")],
                [(2052, "c"), (5, "d"), (1029, "d"), (2053, "d")],
            ],
            packs.Select(pack => pack.Members.Select(member => (member.Index, member.Payload)).ToArray())
        );
        var members = packs.SelectMany(pack => pack.Members).ToArray();
        Assert.Equal(members.Length, members.Select(member => member.Seed).Distinct().Count());
        // The first is the trial that there would have been alone.
        Assert.Equal(
            Packs(Proposals).All.SelectMany(pack => pack.Members).Select(member => (member.Index, member.Seed)),
            members.Where(member => member.Index < 1024).Select(member => (member.Index, member.Seed))
        );
    }

    [Fact]
    public void Gather_SeveralTrials_RewardsTheirMeanAndKeepsThemAll()
    {
        var packs = Packs(new ProposeResult([Valid("a"), Valid("b"), Valid("a"), Valid("c")], 0), packSize: 9, trials: 3);
        var (solved, wrong, failed) = (SmallRecords.Trial(true), SmallRecords.Trial(false), SmallRecords.Trial(false, 2, "diverged"));
        var record = packs.Gather(
            new Dictionary<int, IReadOnlyList<TrialResult?>?>
            {
                // a: two of three; b: its first diverged, one of the others solved; c: one was given up.
                [0] = Outcome(wrong, solved, solved, failed, solved, wrong, solved, null, solved),
            }
        );

        Assert.Equal([2 / 3.0, 1 / 3.0, 2 / 3.0, null], record.Candidates.Select(one => one.Reward));
        Assert.Equal(
            [CandidateState.Scored, CandidateState.Failed, CandidateState.Scored, CandidateState.Poisoned],
            record.Candidates.Select(one => one.State)
        );
        Assert.Equal((wrong, 0), (record.Candidates[2].Trial, record.Candidates[2].DuplicateOf));
        Assert.Equal(
            [
                [solved, solved],
                [solved, wrong],
                [solved, solved],
                null,
            ],
            record.Candidates.Select(one => one.More)
        );
        Assert.False(record.Candidates[0].Solved);
    }

    /// <summary>The control deals out the very rewards of the real arm, elsewhere: as many are kept of the task.</summary>
    [Fact]
    public void Gather_ShuffledRewardOfSeveralTrials_IsTheMeansOfTheRealOneElsewhere()
    {
        ProposeResult proposals = new([.. Enumerable.Range(0, 20).Select(i => Valid($"e{i}"))], 0);
        var (real, dealt) = (Rewards("exact"), Rewards("shuffled"));

        Assert.Equal([0, 1 / 3.0, 2 / 3.0, 1], real.Distinct().Order().Select(reward => reward!.Value));
        Assert.Equal(real.Order(), dealt.Order());
        Assert.NotEqual(real, dealt);

        double?[] Rewards(string source)
        {
            var packs = Packs(proposals, packSize: 3, reward: new RewardSettings(source), trials: 3);
            // Candidate i is solved in as many of its trials as i modulo 4.
            var outcomes = packs.All.ToDictionary(
                pack => pack.Members[0].Index,
                pack =>
                    (IReadOnlyList<TrialResult?>?)[.. Enumerable.Range(0, 3).Select(trial => SmallRecords.Trial(trial < pack.Members[0].Index % 4))]
            );
            return [.. packs.Gather(outcomes).Candidates.Select(candidate => candidate.Reward)];
        }
    }

    [Theory]
    [InlineData(2, 1, "candidate 002")]
    [InlineData(2000, 1, "candidate 2000")]
    [InlineData(2, 3, "candidate 002, trial 1")]
    [InlineData(1026, 3, "candidate 002, trial 2")]
    [InlineData(2050, 3, "candidate 002, trial 3")]
    public void Name_OfAMember_SaysWhichCandidateAndTrialItIs(int member, int trials, string name) =>
        Assert.Equal(name, TrialPacks.Name(member, trials));

    [Fact]
    public void Count_WithSeveralTrials_CountsWhatHasAllOfThem()
    {
        var packs = Packs(new ProposeResult([Valid("a"), Valid("b")], 0), trials: 2);
        var ended = new Dictionary<int, IReadOnlyList<TrialResult?>?>
        {
            [0] = Outcome(SmallRecords.Trial(true)),
            [1] = Outcome(SmallRecords.Trial(true)),
        };

        Assert.Equal((0, 0, (double?)null), packs.Count(ended));
        ended[1024] = Outcome(SmallRecords.Trial(false));
        Assert.Equal((1, 1, (double?)null), packs.Count(ended));
        // One of its trials was given up: it is done, and has no verdict.
        ended[1025] = null;
        Assert.Equal((2, 1, (double?)null), packs.Count(ended));
    }

    [Fact]
    public void Count_WhereATaskMayBeSolvedInPart_AddsUpTheParts()
    {
        var packs = Packs(new ProposeResult([Valid("a"), Valid("b"), Valid("c"), new Proposal("x", null, "no")], 0), score: Scores.Accuracy);
        var ended = new Dictionary<int, IReadOnlyList<TrialResult?>?> { [0] = Outcome(Part(0.25)), [1] = Outcome(Part(1)) };

        // What is no self-edit has ended, and solves nothing.
        Assert.Equal((3, 1, (double?)1.25), packs.Count(ended));

        static TrialResult Part(double share) => SmallRecords.Trial(false) with { Observations = [new(ObservationNames.Accuracy, share)] };
    }

    private static TrialPacks Packs(
        ProposeResult proposals,
        int packSize = 1,
        RewardSettings? reward = null,
        string? score = null,
        PhaseId? phase = null,
        EvaluationKind judging = EvaluationKind.Plain,
        int trials = 1
    ) =>
        new(
            SmallRecords.Run(packSize, reward, evaluate: new EvaluateSettings(Score: score)),
            phase ?? PhaseId.Train(1),
            Task,
            SmallRecords.Model,
            judging,
            proposals,
            trials
        );

    private static Proposal Valid(string payload) => new(payload, payload, null);

    private static TrialResult?[] Outcome(params TrialResult?[] trials) => trials;
}
