using Seal.Core.Statistics;

namespace Seal.Core.Tests.Statistics;

/// <summary>Mean, spread and what intervals say, by hand.</summary>
public sealed class MomentsTests
{
    [Fact]
    public void Mean_OfNoValues_IsRefused() =>
        Assert.Equal("The mean of no values is not defined.", Assert.Throws<ArgumentException>(() => Moments.Mean()).Message);

    [Fact]
    public void Mean_OfValues_IsTheirSumByTheirNumber() => Assert.Equal(2.5, Moments.Mean(1, 2, 3, 4));

    [Fact]
    public void StandardDeviation_OfValues_IsTheSamplesOwn()
    {
        // Around 5: −3, −1, 1, 3; squares 20 by 3.
        Assert.Equal(Math.Sqrt(20.0 / 3), Moments.StandardDeviation(2, 4, 6, 8)!.Value, 12);
        Assert.Equal(Math.Sqrt(2), Moments.StandardDeviation(4, 6)!.Value, 12);
    }

    [Fact]
    public void StandardDeviation_OfOneValueOrNone_IsNotKnown()
    {
        Assert.Null(Moments.StandardDeviation());
        Assert.Null(Moments.StandardDeviation(3));
    }

    [Theory]
    [InlineData(5, 0.1, 0.9, true)]
    [InlineData(5, -0.9, -0.1, true)]
    [InlineData(5, -0.1, 0.1, false)]
    [InlineData(5, 0.0, 0.1, false)]
    [InlineData(5, -0.1, 0.0, false)]
    [InlineData(6, 0.1, 0.9, true)]
    [InlineData(4, 0.1, 0.9, null)]
    public void ExcludesZero_OfADifference_NeedsFiveTasksAndAnIntervalOnOneSide(int tasks, double low, double high, bool? expected) =>
        Assert.Equal(expected, new Difference(0, new Interval(low, high), [], tasks).ExcludesZero);

    [Fact]
    public void Contains_EndsOfTheInterval_AreInIt()
    {
        var interval = new Interval(1, 3);

        Assert.Equal([false, true, true, true, false], new[] { 0.9, 1, 2, 3, 3.1 }.Select(interval.Contains));
        Assert.Equal(2, interval.Width);
    }

    [Theory]
    [InlineData(-1, 3)]
    [InlineData(4, 3)]
    public void WilsonInterval_OfCountsThatCannotBe_IsRefused(int successes, int trials) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Wilson.Interval(successes, trials));

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    public void WilsonInterval_OfAShareThatCannotBe_IsRefused(double share) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Wilson.Interval(share, 3));

    [Fact]
    public void WilsonInterval_WithoutTrials_IsEverything() => Assert.Equal(new Interval(0, 1), Wilson.Interval(0.5, 0));
}
