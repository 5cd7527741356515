using CsCheck;
using Seal.Core.Statistics;

namespace Seal.Core.Tests.Statistics;

public sealed class WilsonTests
{
    [Theory]
    // SEAL's 29 of 40; the others by hand from Wilson's formula with z = 1.96: 0/10 is [0, z²/(n + z²)].
    [InlineData(29, 40, 0.5717, 0.8389)]
    [InlineData(8, 40, 0.1050, 0.3476)]
    [InlineData(0, 10, 0, 0.2775)]
    [InlineData(10, 10, 0.7225, 1)]
    [InlineData(1, 2, 0.0945, 0.9055)]
    [InlineData(0, 0, 0, 1)]
    public void Interval_KnownCounts_IsAsPublished(int successes, int trials, double low, double high)
    {
        var interval = Wilson.Interval(successes, trials);

        Assert.Equal(low, interval.Low, 4);
        Assert.Equal(high, interval.High, 4);
    }

    [Fact]
    public void Interval_AnyCounts_HoldsTheShareInsideZeroToOneAndMirrors() =>
        Gen.Int[0, 500]
            .SelectMany(trials => Gen.Int[0, trials].Select(successes => (successes, trials)))
            .Sample(
                (successes, trials) =>
                {
                    var interval = Wilson.Interval(successes, trials);
                    var mirror = Wilson.Interval(trials - successes, trials);
                    Assert.InRange(interval.Low, 0, interval.High);
                    Assert.InRange(interval.High, interval.Low, 1);
                    Assert.True(trials == 0 || interval.Contains((double)successes / trials));
                    Assert.Equal(1 - interval.High, mirror.Low, 12);
                }
            );

    [Fact]
    public void Interval_MoreTrialsOfTheSameShare_IsNarrower() =>
        Gen.Select(Gen.Int[1, 100], Gen.Int[0, 100])
            .Where((trials, successes) => successes <= trials)
            .Sample((trials, successes) => Assert.True(Wilson.Interval(successes * 2, trials * 2).Width < Wilson.Interval(successes, trials).Width));

    [Fact]
    public void Interval_OfAShare_IsThatOfItsTrials() => Assert.Equal(Wilson.Interval(5, 6), Wilson.Interval(15.0 / 18, 6));

    [Fact]
    public void Interval_MoreSuccessesThanTrials_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => Wilson.Interval(3, 2));

    [Fact]
    public void Moments_KnownValues_AreAsByHand()
    {
        Assert.Equal(5, Moments.Mean(2, 4, 4, 4, 5, 5, 7, 9));
        Assert.Equal(Math.Sqrt(32.0 / 7), Moments.StandardDeviation(2, 4, 4, 4, 5, 5, 7, 9)!.Value, 12);
        Assert.Null(Moments.StandardDeviation(3));
        Assert.Throws<ArgumentException>(() => Moments.Mean());
    }
}
