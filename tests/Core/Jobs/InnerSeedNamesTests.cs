using Seal.Core.Jobs;
using Seal.Core.Randomness;
using Seal.Core.Sweeps;
using Seal.Core.Tests.Support;

namespace Seal.Core.Tests.Jobs;

/// <summary>The names that inner seeds derive from: whoever changes one changes every result of every sweep.</summary>
public sealed class InnerSeedNamesTests
{
    [Fact]
    public void For_ATrial_IsNamedAfterTaskSelfEditAndReplicate() =>
        Assert.Equal(new Seed(7).Derive("inner", "t", "edit", "2"), InnerSeeds.For(7, "t", "edit", 2));

    [Fact]
    public void OfTable_ATrial_IsNamedAfterTaskAndReplicateAlone() =>
        Assert.Equal(new Seed(0).Derive("inner table", "t", "3"), InnerSeeds.OfTable("t", 3));

    [Theory]
    [InlineData(true, "train")]
    [InlineData(false, "evaluate")]
    public void Replicate_OfAnOuterSeed_IsDrawnForTrainingAndEvaluationApart(bool trains, string name)
    {
        int[] drawn = [.. Enumerable.Range(0, 20).Select(seed => InnerSeeds.Replicate(seed, "t", trains, 5))];

        Assert.Equal(
            Enumerable.Range(0, 20).Select(seed => new CounterRandom(new Seed((ulong)seed).Derive("inner seed of the table", name, "t")).NextInt(5)),
            drawn
        );
    }

    [Fact]
    public void Of_APartOfTheRewardTable_IsThatPartsOwnSeed()
    {
        var run = SmallRun.Of(new ArmSpec("table", "table"));
        run = run with { Settings = run.Settings with { Inner = new InnerSettings(Seeds: 4) } };

        Assert.Equal(
            Enumerable.Range(0, 4).Select(part => InnerSeeds.OfTable("t", part)),
            Enumerable.Range(0, 4).Select(part => InnerSeeds.Of(run, new PhaseId(PhaseKind.TableTrain, part), "t", "edit"))
        );
        Assert.Equal(InnerSeeds.OfTable("t", InnerSeeds.Replicate(1, "t", trains: true, 4)), InnerSeeds.Of(run, PhaseId.Train(1), "t", "edit"));
        Assert.Equal(InnerSeeds.OfTable("t", InnerSeeds.Replicate(1, "t", trains: false, 4)), InnerSeeds.Of(run, PhaseId.Evaluate(1), "t", "edit"));
    }
}
