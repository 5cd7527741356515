using Seal.Core.Jobs;
using Seal.Core.Runs;
using Seal.Core.Sweeps;
using Seal.Core.Tests.Support;

namespace Seal.Core.Tests.Runs;

/// <summary>What is wrong with a run that comes by another way than a sweep file.</summary>
public sealed class RunProblemTests
{
    private static RunContext Good => SmallRecords.Run();

    [Fact]
    public void Problem_OfARunThatCanBeCarriedOut_IsNone() => Assert.Null(RunMethods.Problem(Good));

    [Fact]
    public void Problem_OfAnArmWithoutAProposer_NamesIt() =>
        Assert.Equal("there is no proposer 'dreamer'", RunMethods.Problem(Good with { Arm = new ArmSpec("a", "dreamer") }));

    [Fact]
    public void Problem_OfAMethodThatIsNone_NamesIt() =>
        Assert.Equal("there is no method 'dream'", RunMethods.Problem(Good with { Arm = Good.Arm with { Method = "dream" } }));

    [Fact]
    public void Problem_OfARuleThatIsNone_NamesIt() =>
        Assert.Equal("there is no rule 'luck'", RunMethods.Problem(SmallRecords.Run(update: new UpdateSettings("luck"))));

    [Fact]
    public void Problem_OfARewardThatIsNone_NamesIt() =>
        Assert.Equal("there is no reward 'gold'", RunMethods.Problem(SmallRecords.Run(reward: new RewardSettings("gold"))));

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(1, 0, false)]
    [InlineData(5, 0, false)]
    [InlineData(2, 2, false)]
    [InlineData(3, 2, true)]
    public void Problem_OfTrials_IsWhereThereAreTooFewOrMoreThanInnerSeeds(int trials, int seeds, bool expected)
    {
        var run = SmallRecords.Run(reward: new RewardSettings { Trials = trials });
        var problem = RunMethods.Problem(run with { Settings = run.Settings with { Inner = run.Settings.Inner with { Seeds = seeds } } });
        Assert.Equal(expected ? "reward.trials must be at least 1, and no more than its inner seeds" : null, problem);
    }
}
