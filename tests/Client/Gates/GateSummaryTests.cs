using Seal.Client.Gates;

namespace Seal.Client.Tests.Gates;

public sealed class GateSummaryTests
{
    private static readonly GateTrial[] Trials =
    [
        .. Of("a1", ("{x}", 1), ("{y}", 0), ("{z}", 0)),
        .. Of("a2", ("{x}", 1), ("{y}", 0), ("{z}", 0)),
        .. Of("b1", ("{x}", 0), ("{y}", 1), ("{z}", 0)),
        .. Of("b2", ("{x}", 0), ("{y}", 0), ("{z}", 0)),
    ];

    [Fact]
    public void Of_TasksThatNeedDifferentEdits_HasAGap()
    {
        var summary = GateSummary.Of(Trials, task => task[..1], trial => trial.Exact);
        Assert.Equal((4, 0.75, 0.5, 0.25), (summary.Tasks, summary.Oracle, summary.Constants[0].Share, summary.Random));
        Assert.Equal("{x}", summary.Constants[0].Edit);
        Assert.Equal(0.25, summary.Gap);
        Assert.Equal([("a", 2, 1.0, 1.0, "{x}", 1.0), ("b", 2, 0.5, 0.0, "{y}", 0.5)], summary.Groups);
    }

    [Fact]
    public void Of_OneEdit_HasNoGap() =>
        Assert.Equal(0, GateSummary.Of([.. Trials.Where(trial => trial.Edit == "{x}")], task => task[..1], trial => trial.Exact).Gap);

    [Fact]
    public void Of_SeveralInnerSeeds_CountsTheirMean()
    {
        GateTrial[] trials = [Trials[0], Trials[0] with { Seed = 2, Exact = 0 }];
        Assert.Equal(0.5, GateSummary.Of(trials, task => task, trial => trial.Exact).Oracle);
    }

    [Fact]
    public void CrossFit_EditsThatSolveUnderOneInnerSeedEach_AreLuckAndNoGap()
    {
        GateTrial[] trials =
        [
            .. Trials.Where(trial => trial.Task == "a1"),
            .. Of("a1", ("{x}", 0), ("{y}", 1), ("{z}", 0)).Select(trial => trial with { Seed = 2 }),
        ];
        var summary = GateSummary.Of(trials, task => task[..1], trial => trial.Exact);
        Assert.Equal(0.5, summary.Oracle);
        Assert.Equal(new GateCrossFit(0, 0, 0), summary.CrossFit);
    }

    [Fact]
    public void CrossFit_KindsThatNeedDifferentEdits_KeepTheirGap()
    {
        GateTrial[] more = [.. Trials, .. Of("a3", ("{x}", 1), ("{y}", 0), ("{z}", 0)), .. Of("b3", ("{x}", 0), ("{y}", 1), ("{z}", 0))];
        GateTrial[] trials = [.. more, .. more.Select(trial => trial with { Seed = 2 })];
        var fit = GateSummary.Of(trials, task => task[..1], trial => trial.Exact).CrossFit!;
        Assert.Equal((5.0 / 6, 5.0 / 6, 0.5), (fit.Oracle, fit.Group, fit.Constant));
        Assert.Equal(2.0 / 6, fit.GroupGap, 12);
    }

    [Fact]
    public void CrossFit_EditThatOneTaskOfAKindNeeds_IsNotChosenByThatTask()
    {
        // b1 alone says y, b2 says nothing: without b1 nothing tells its kind's edit.
        GateTrial[] trials = [.. Trials, .. Trials.Select(trial => trial with { Seed = 2 })];
        var fit = GateSummary.Of(trials, task => task[..1], trial => trial.Exact).CrossFit!;
        Assert.Equal((0.75, 0.5), (fit.Oracle, fit.Group));
    }

    [Fact]
    public void CrossFit_OneInnerSeed_IsNotTold() => Assert.Null(GateSummary.Of(Trials, task => task, trial => trial.Exact).CrossFit);

    [Theory]
    [InlineData("")]
    [InlineData("task\tseed\texact\ttop2\taccuracy\tsteps\tseconds\tedit")]
    [InlineData("gen-turn-1\t1\t1\t0\t0.5\t32\t1.5\t{\"data_gen")]
    public void Parse_LineThatIsNoTrial_IsPassedOver(string line) => Assert.Null(GateTrial.Parse(line));

    [Fact]
    public void Parse_WrittenLine_IsTheTrial() => Assert.Equal(Trials[0], GateTrial.Parse(Trials[0].ToLine()));

    private static IEnumerable<GateTrial> Of(string task, params (string Edit, int Exact)[] edits) =>
        edits.Select(edit => new GateTrial(task, 1, edit.Exact, 0, 0.5, 32, 1.5, edit.Edit));
}
