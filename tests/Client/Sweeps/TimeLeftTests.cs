using Seal.Client.Sweeps;
using Seal.Core.Candidates;
using Seal.Grains.Abstractions;

namespace Seal.Client.Tests.Sweeps;

public sealed class TimeLeftTests
{
    private static readonly Forecast Foretold = new(
        40,
        100,
        1,
        Steps: 1000,
        TimeSpan.FromMinutes(100),
        new Dictionary<string, double> { ["table"] = 0.9 }
    );

    [Fact]
    public void Of_SweepTakenUpAgain_CountsWhatIsFoundAsDoneButNotAsPace()
    {
        var left = new TimeLeft(Foretold);

        Assert.Equal(100, Minutes(left, steps: 0, seconds: 0));
        // 400 steps were done before: found within the first minute.
        Assert.Equal(60, Minutes(left, steps: 400, seconds: 60));
        // A minute for 100 steps: the other 500 take 5 minutes by that, 50 by the forecast, whose weight is 0.6 now.
        Assert.Equal((0.6 * 50) + (0.4 * 5), Minutes(left, steps: 500, seconds: 120));
        Assert.Equal(0, Minutes(left, steps: 1000, seconds: 240));
    }

    [Fact]
    public void Of_TableWhoseTrialsAreInTheStore_ComesOff()
    {
        var left = new TimeLeft(Foretold);
        Assert.Equal(100, Minutes(left, 0, 0, Table(phases: 0, tried: 0)));
        // Half of the second of four phases, and not a step was trained: 3/8 of nine tenths.
        Assert.Equal(100 * (1 - (0.9 * 0.375)), Minutes(left, 0, 30, Table(phases: 1, tried: 80)), 6);
        Assert.Equal(10, Minutes(left, 0, 59, Table(phases: 4, tried: 160) with { Ended = true }), 6);
    }

    [Fact]
    public void Of_SweepThatNobodyMeasured_SaysNothing() => Assert.Null(new TimeLeft(null).Of(Status(10), TimeSpan.FromMinutes(1)));

    private static double Minutes(TimeLeft left, long steps, double seconds, params RunProgress[] runs) =>
        Math.Round(left.Of(Status(steps, runs), TimeSpan.FromSeconds(seconds))!.Value.TotalMinutes, 6);

    private static RunProgress Table(int phases, int tried) =>
        new("table", "table", "base", 1, "p", phases, 4, 0, 10, tried, 160, 0, false, null, Accounting.Zero);

    private static SweepStatus Status(long steps, params RunProgress[] runs) =>
        new("s", SweepState.Running, runs, null, new Accounting(0, 0, 0, 0, steps, 0));
}
