using Seal.Core.Jobs;
using Seal.Core.Runs;
using Seal.Core.Sweeps;
using Seal.Core.Tests.Support;

namespace Seal.Core.Tests.Runs;

/// <summary>What becomes of a run when its sweep is extended.</summary>
public sealed class RunGrowthTests
{
    private static RunContext Of(int rounds) => SmallRecords.Run(update: new UpdateSettings(Rounds: rounds));

    [Theory]
    [InlineData(2, 3, true)]
    [InlineData(2, 2, false)]
    [InlineData(3, 2, false)]
    public void IsLonger_OfMoreRounds_AndOfNothingElse(int before, int after, bool expected) =>
        Assert.Equal(expected, RunGrowth.IsLonger(Of(before), Of(after)));

    [Theory]
    [InlineData(2, 3, 3)]
    [InlineData(2, 2, 2)]
    [InlineData(3, 2, 3)]
    public void WithRounds_AddsAndNeverTakesAway(int has, int asked, int expected) =>
        Assert.Equal(expected, RunGrowth.WithRounds(Of(has), asked).Settings.Update.Rounds);

    [Fact]
    public void WithRounds_OfAnArmThatSaysHowMany_ChangesNothing()
    {
        var run = Of(2);
        var own = run with { Arm = run.Arm with { Set = new Dictionary<string, string> { ["update.rounds"] = "2" } } };
        var other = run with { Arm = run.Arm with { Set = new Dictionary<string, string> { ["update.batch"] = "2" } } };
        Assert.Equal(2, RunGrowth.WithRounds(own, 5).Settings.Update.Rounds);
        Assert.Equal(5, RunGrowth.WithRounds(other, 5).Settings.Update.Rounds);
    }

    [Fact]
    public void UnderSeed_IsAFreshRunOfThatSeedThatShowsNothing()
    {
        var first = SmallRecords.Run(evaluate: new EvaluateSettings { Show = true }) with { Fork = 2 };
        var run = RunGrowth.UnderSeed(first, "base", 7);
        Assert.Equal(("base-seal-s7", 7L, 0, false), (run.Run, run.Seed, run.Fork, run.Settings.Evaluate.Show));
    }

    [Fact]
    public void TakesSeeds_AnArmWithoutSeedsOfItsOwnThatMakesNoTable()
    {
        var arm = SmallRecords.Run().Arm;
        Assert.True(RunGrowth.TakesSeeds(arm));
        Assert.False(RunGrowth.TakesSeeds(arm with { Seeds = [1] }));
        Assert.False(RunGrowth.TakesSeeds(arm with { Proposer = "table" }));
    }
}
