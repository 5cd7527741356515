using Seal.Core.Statistics;

namespace Seal.Core.Tests.Statistics;

public sealed class NormalTests
{
    /// <summary>From printed tables.</summary>
    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.9, 1.2815515655)]
    [InlineData(0.95, 1.6448536270)]
    [InlineData(0.975, 1.9599639845)]
    [InlineData(0.999, 3.0902323062)]
    [InlineData(0.01, -2.3263478740)]
    [InlineData(0.0001, -3.7190164855)]
    public void Quantile_OfAShare_IsThatOfTheTables(double share, double quantile) => Assert.Equal(quantile, Normal.Quantile(share), 7);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void Quantile_OfNoShare_IsRefused(double share) => Assert.Throws<ArgumentOutOfRangeException>(() => Normal.Quantile(share));
}
