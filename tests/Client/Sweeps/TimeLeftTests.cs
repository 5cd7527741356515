using Seal.Client.Sweeps;
using Seal.Core.Candidates;
using Seal.Grains.Abstractions;

namespace Seal.Client.Tests.Sweeps;

public sealed class TimeLeftTests
{
    private static readonly Forecast Foretold = new(40, 100, 1, Steps: 1000, TimeSpan.FromMinutes(100));

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
    public void Of_SweepThatNobodyMeasured_SaysNothing() => Assert.Null(new TimeLeft(null).Of(Status(10), TimeSpan.FromMinutes(1)));

    private static double Minutes(TimeLeft left, long steps, double seconds) => Math.Round(left.Of(Status(steps), TimeSpan.FromSeconds(seconds))!.Value.TotalMinutes, 6);

    private static SweepStatus Status(long steps) => new("s", SweepState.Running, [], null, new Accounting(0, 0, 0, 0, steps, 0));
}
