using CsCheck;
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
    private static readonly FineTuneJob Job = new(new TaskRef("t", "00"), new ModelRef("aa", []), EvaluationKind.Vote, [Member]);

    [Fact]
    public void Of_KeptSelfEditsTriedAgain_IsAnotherInnerSeedOfTheTable() => Gen.Select(Gen.Long[0, long.MaxValue], Gen.Int[0, 4]).Sample((seed, seeds) =>
    {
        var run = Run with { Seed = seed, Settings = Run.Settings with { Inner = Run.Settings.Inner with { Seeds = seeds } } };
        var (rewarded, again) = (InnerSeeds.Of(run, "train-1", "t", "edit"), InnerSeeds.Of(run, "again-train-1", "t", "edit"));

        Assert.NotEqual(rewarded, again);
        if (seeds > 1)
        {
            Assert.Contains(again, Enumerable.Range(0, seeds).Select(replicate => InnerSeeds.OfTable("t", replicate)));
        }
    });

    [Fact]
    public void CacheKey_WhatDoesNotDecideTheTrial_DoesNotChangeIt()
    {
        var key = InnerSeeds.CacheKey(Run, Job, Member);
        var otherArm = Run with { Sweep = "other", Run = "other", Arm = new ArmSpec("random", "random") };
        var otherPlace = Member with { Index = 0 };
        var otherRounds = Run with { Settings = Settings with { Update = Settings.Update with { Rounds = 9 }, Inner = Settings.Inner with { Base = "frozen" } } };

        Assert.Equal(key, InnerSeeds.CacheKey(otherArm, Job, Member));
        Assert.Equal(key, InnerSeeds.CacheKey(Run, Job with { Members = [otherPlace] }, otherPlace));
        Assert.Equal(key, InnerSeeds.CacheKey(otherRounds, Job, Member));
    }

    [Fact]
    public void CacheKey_WhatDecidesTheTrial_ChangesIt()
    {
        RunContext With(RunSettings settings) => Run with { Settings = settings };
        var mate = new FineTuneMember(4, "mate", 8);
        string[] keys =
        [
            InnerSeeds.CacheKey(Run, Job, Member),
            InnerSeeds.CacheKey(Run with { NumericClass = "other" }, Job, Member),
            InnerSeeds.CacheKey(Run, Job with { Task = new TaskRef("t", "01") }, Member),
            InnerSeeds.CacheKey(Run, Job with { Base = new ModelRef("aa", ["bb"]) }, Member),
            InnerSeeds.CacheKey(Run, Job with { Evaluation = EvaluationKind.Plain }, Member),
            InnerSeeds.CacheKey(Run, Job with { Members = [Member with { Payload = "x" }] }, Member with { Payload = "x" }),
            InnerSeeds.CacheKey(Run, Job with { Members = [Member with { Seed = 8 }] }, Member with { Seed = 8 }),
            InnerSeeds.CacheKey(Run, Job with { Members = [Member, mate] }, Member),
            InnerSeeds.CacheKey(Run, Job with { Members = [mate, Member] }, Member),
            InnerSeeds.CacheKey(With(Settings with { Inner = Settings.Inner with { Rank = 4 } }), Job, Member),
            InnerSeeds.CacheKey(With(Settings with { Evaluate = Settings.Evaluate with { Views = 3 } }), Job, Member),
            InnerSeeds.CacheKey(With(Settings with { Domain = "other" }), Job, Member),
        ];

        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    [Fact]
    public void For_NamesDecide_NotOrder()
    {
        Assert.Equal(InnerSeeds.For(1, "t", "e"), InnerSeeds.For(1, "t", "e"));
        Assert.Equal(4, new[] { InnerSeeds.For(1, "t", "e"), InnerSeeds.For(2, "t", "e"), InnerSeeds.For(1, "u", "e"), InnerSeeds.For(1, "t", "e", 1) }.Distinct().Count());
    }

    [Fact]
    public void Of_WithoutInnerSeeds_FollowsTheOuterSeed() =>
        Assert.Equal(InnerSeeds.For(1, "t", "e"), InnerSeeds.Of(Run, "train-1", "t", "e"));

    [Fact]
    public void Of_WithInnerSeeds_IsOneOfTheTablesForEveryArmRoundAndEdit()
    {
        var settings = Settings with { Inner = Settings.Inner with { Seeds = 3, Base = "frozen" } };
        var pool = Enumerable.Range(0, 3).Select(replicate => InnerSeeds.OfTable("t", replicate)).ToArray();
        var used = Enumerable.Range(0, 40).Select(outer => InnerSeeds.Of(Run with { Settings = settings, Seed = outer }, "evaluate-0", "t", "e")).ToArray();

        Assert.Equal(3, pool.Distinct().Count());
        Assert.Equal(pool.ToHashSet(), used.ToHashSet());
        Assert.Equal(used[0], InnerSeeds.Of(Run with { Settings = settings, Seed = 0, Arm = new ArmSpec("random", "random") }, "evaluate-2", "t", "other"));
        Assert.Equal(pool[2], InnerSeeds.Of(Run with { Settings = settings }, "table-train-2", "t", "e"));
    }

    [Fact]
    public void CacheKey_NumberOfInnerSeeds_DoesNotChangeIt() =>
        Assert.Equal(InnerSeeds.CacheKey(Run, Job, Member), InnerSeeds.CacheKey(Run with { Settings = Settings with { Inner = Settings.Inner with { Seeds = 4 } } }, Job, Member));
}
