using Seal.Core.Statistics;

namespace Seal.Core.Tests.Statistics;

public sealed class PairedDifferenceTests
{
    /// <summary>Worked by hand: 98 equal cases and the two pseudo-cases that differ by one: 100 cases with variance 1/100.</summary>
    [Fact]
    public void Of_NoCaseDiffers_IsNoPoint()
    {
        var (mean, interval) = PairedDifference.Of(Enumerable.Repeat(0.0, 98).ToArray(), z: 2);
        Assert.Equal(0, mean);
        Assert.Equal(-0.02, interval.Low, 12);
        Assert.Equal(0.02, interval.High, 12);
    }

    /// <summary>Worked by hand: of 198 cases 20 were lost; (20 + 1) / 200 − (20 / 200)² = 0.095, and its root over 200 is 0.021794.</summary>
    [Fact]
    public void Of_CasesThatWereLost_IsTheirShareWithItsInterval()
    {
        var (mean, interval) = PairedDifference.Of([.. Enumerable.Repeat(-1.0, 20), .. Enumerable.Repeat(0.0, 178)], z: 1);
        Assert.Equal(-20.0 / 198, mean, 12);
        Assert.Equal(-0.1 - 0.0217945, interval.Low, 6);
        Assert.Equal(-0.1 + 0.0217945, interval.High, 6);
    }

    [Fact]
    public void Of_NoCases_IsRefused() => Assert.Throws<ArgumentException>(() => PairedDifference.Of([]));
}
