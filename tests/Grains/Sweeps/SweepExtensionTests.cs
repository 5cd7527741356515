using Seal.Core.Engines;
using Seal.Core.Jobs;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Grains.Sweeps;

namespace Seal.Grains.Tests.Sweeps;

/// <summary>A sweep that was extended is the one that would have asked for more at once, arm by arm.</summary>
public sealed class SweepExtensionTests
{
    [Theory]
    [InlineData("""{ name = "seal", proposer = "policy" }""")]
    [InlineData("""{ name = "table", proposer = "table" }, { name = "seal", proposer = "policy" }""")]
    [InlineData("""{ name = "seal", proposer = "policy" }, { name = "once", proposer = "policy", seeds = [1] }""")]
    [InlineData("""{ name = "seal", proposer = "policy" }, { name = "short", proposer = "policy", set = { update.rounds = 1 } }""")]
    public void Of_AnyArms_IsTheFreshPlanWithMoreRoundsAndSeeds(string arms)
    {
        var extended = SweepExtension.Of(Plan(arms, "[1]", 2), 4, [3, 2, 1]);
        Assert.Empty(SweepIdentity.Differences(Plan(arms, "[1, 2, 3]", 4), extended));
        Assert.Empty(SweepIdentity.Differences(extended, SweepExtension.Of(extended, 3, [2])));
    }

    private static SweepSubmission Plan(string arms, string seeds, int rounds)
    {
        var spec = SweepFile.Parse(
            $$"""
            name = "longer"
            seeds = {{seeds}}
            arms = [{{arms}}]
            [tasks]
            source = "generated"
            train_count = 1
            evaluate_count = 1
            [engine]
            kind = "fake"
            [proposal]
            schema = "mini"
            [inner]
            base = "frozen"
            seeds = 2
            [update]
            rounds = {{rounds}}
            [evaluate]
            show = true
            """,
            "longer.toml",
            "/"
        );
        var runs = spec.Runs.Select(run => new RunSubmission(
            new RunContext(spec.Name, run.Name, run.Settings, run.Arm, run.Seed, "fake-1"),
            run.Cell.Name
        ));
        return new SweepSubmission([.. runs], new ModelRef(new string('a', 64), []), [], []);
    }
}
