using CsCheck;
using Seal.Core.Artifacts;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Jobs;
using Seal.Core.Sweeps;

namespace Seal.Core.Tests.Jobs;

public sealed class InnerSeedsTests
{
    private static readonly RunSettings Settings = new("arc", new(), new(), new(), new(), new(), new());
    private static readonly RunContext Run = new("s", "r", Settings, new ArmSpec("seal", "policy"), 1, "class");
    private static readonly FineTuneMember Member = new(3, "edit", 7);
    private static readonly FineTuneJob Job = new(new TaskRef("t", "00"), PolicyRef.Of("aa"), EvaluationKind.Vote, [Member]);

    [Fact]
    public void Of_KeptSelfEditsTriedAgain_IsAnotherInnerSeedOfTheTable() =>
        Gen.Select(Gen.Long[0, long.MaxValue], Gen.Int[0, 4])
            .Sample(
                (seed, seeds) =>
                {
                    var run = Run with { Seed = seed, Settings = Run.Settings with { Inner = Run.Settings.Inner with { Seeds = seeds } } };
                    var (rewarded, again) = (
                        InnerSeeds.Of(run, PhaseId.Train(1), "t", "edit"),
                        InnerSeeds.Of(run, new PhaseId(PhaseKind.TrainAgain, 1), "t", "edit")
                    );

                    Assert.NotEqual(rewarded, again);
                    if (seeds > 1)
                    {
                        Assert.Contains(again, Enumerable.Range(0, seeds).Select(replicate => InnerSeeds.OfTable("t", replicate)));
                    }
                }
            );

    [Fact]
    public void CacheKey_WhatDoesNotDecideTheTrial_DoesNotChangeIt()
    {
        var key = Key(Run, Job, Member);
        var otherArm = Run with { Sweep = "other", Run = "other", Arm = new ArmSpec("random", "random"), Seed = 9, Fork = 1 };
        var otherPlace = Member with { Index = 0 };
        var unread = Run with
        {
            Settings = Settings with
            {
                Update = Settings.Update with { Rounds = 9 },
                Evaluate = Settings.Evaluate with { When = EvaluateWhen.Never },
            },
        };

        Assert.Equal(key, Key(otherArm, Job, Member));
        Assert.Equal(key, Key(Run, Job with { Members = [otherPlace] }, otherPlace));
        Assert.Equal(key, Key(unread, Job, Member));
    }

    [Fact]
    public void CacheKey_WhatDecidesTheTrial_ChangesIt()
    {
        var mate = new FineTuneMember(4, "mate", 8);
        string[] keys =
        [
            Key(Run, Job, Member),
            Key(Run with { NumericClass = "other" }, Job, Member),
            Key(Run, Job with { Task = new TaskRef("t", "01") }, Member),
            Key(Run, Job with { Base = new PolicyRef("aa", new ListRef(1, "bb")) }, Member),
            Key(Run, Job with { Evaluation = EvaluationKind.Plain }, Member),
            Key(Run, Job with { Members = [Member with { Payload = "x" }] }, Member with { Payload = "x" }),
            Key(Run, Job with { Members = [Member with { Seed = 8 }] }, Member with { Seed = 8 }),
            Key(Run, Job with { Members = [Member, mate] }, Member),
            Key(Run, Job with { Members = [mate, Member] }, Member),
            InnerSeeds.CacheKey(new StatedDomain("arc", "says something else"), Run, Job, Member),
            InnerSeeds.CacheKey(new StatedDomain("other"), Run, Job, Member),
            InnerSeeds.CacheKey(new StatedDomain("arc"), Run, Job with { Members = [Member, mate with { Seed = 9 }] }, Member),
        ];

        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    [Fact]
    public void For_NamesDecide_NotOrder()
    {
        Assert.Equal(InnerSeeds.For(1, "t", "e"), InnerSeeds.For(1, "t", "e"));
        Assert.Equal(
            4,
            new[] { InnerSeeds.For(1, "t", "e"), InnerSeeds.For(2, "t", "e"), InnerSeeds.For(1, "u", "e"), InnerSeeds.For(1, "t", "e", 1) }
                .Distinct()
                .Count()
        );
    }

    [Fact]
    public void Of_WithoutInnerSeeds_FollowsTheOuterSeed() =>
        Assert.Equal(InnerSeeds.For(1, "t", "e"), InnerSeeds.Of(Run, PhaseId.Train(1), "t", "e"));

    [Fact]
    public void Of_WithInnerSeeds_IsOneOfTheTablesForEveryArmRoundAndEdit()
    {
        var settings = Settings with { Inner = Settings.Inner with { Seeds = 3, Base = "frozen" } };
        var pool = Enumerable.Range(0, 3).Select(replicate => InnerSeeds.OfTable("t", replicate)).ToArray();
        var used = Enumerable
            .Range(0, 40)
            .Select(outer => InnerSeeds.Of(Run with { Settings = settings, Seed = outer }, PhaseId.Evaluate(0), "t", "e"))
            .ToArray();

        Assert.Equal(3, pool.Distinct().Count());
        Assert.Equal(pool.ToHashSet(), used.ToHashSet());
        Assert.Equal(
            used[0],
            InnerSeeds.Of(Run with { Settings = settings, Seed = 0, Arm = new ArmSpec("random", "random") }, PhaseId.Evaluate(2), "t", "other")
        );
        Assert.Equal(pool[2], InnerSeeds.Of(Run with { Settings = settings }, new PhaseId(PhaseKind.TableTrain, 2), "t", "e"));
    }

    /// <summary>No trial shares its seed with another one of the candidate, and what is tried again has one more.</summary>
    [Theory]
    [InlineData(0, 3)]
    [InlineData(4, 3)]
    [InlineData(3, 3)]
    [InlineData(2, 1)]
    [InlineData(1, 1)]
    public void Of_SeveralTrials_AllDifferAndSoDoesWhatIsTriedAgain(int seeds, int trials)
    {
        for (var outer = 0; outer < 20; outer++)
        {
            var run = Run with
            {
                Seed = outer,
                Settings = Settings with
                {
                    Inner = Settings.Inner with { Seeds = seeds },
                    Reward = new RewardSettings(Trials: trials == 1 ? null : trials),
                },
            };
            var used = Enumerable.Range(0, trials).Select(trial => InnerSeeds.Of(run, PhaseId.Train(1), "t", "e", trial)).ToList();
            used.Add(InnerSeeds.Of(run, new PhaseId(PhaseKind.TrainAgain, 1), "t", "e"));

            Assert.Distinct(used);
        }
    }

    private static string Key(RunContext run, FineTuneJob job, FineTuneMember member) =>
        InnerSeeds.CacheKey(new StatedDomain("arc"), run, job, member);

    /// <summary>Says of every trial that it depends on one given text, and nothing else.</summary>
    private sealed class StatedDomain(string id, string identity = "all that counts") : IDomain
    {
        public string Id => id;

        public string TrialIdentity(RunSettings settings, EvaluationKind kind) => $"{kind} {identity}";

        public IDomainSession Open(RunSettings settings, ModelInfo model) => throw new NotSupportedException();

        public TaskSets Load(TaskSource source) => throw new NotSupportedException();

        public string? Validate(TaskDocument task, bool needsTestOutputs) => null;
    }
}
