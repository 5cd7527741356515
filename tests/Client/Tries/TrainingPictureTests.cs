using Seal.Client.Tries;

namespace Seal.Client.Tests.Tries;

public sealed class TrainingPictureTests
{
    [Fact]
    public void Curve_OfFallingLosses_Falls() => Assert.Equal("█▆▄▂▁", TrainingPicture.Curve([4, 3, 2, 1, 0]));

    [Fact]
    public void Curve_OfManySteps_StaysNarrow() =>
        Assert.Equal(32, TrainingPicture.Curve([.. Enumerable.Range(0, 1000).Select(i => 1.0 / (i + 1))]).Length);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Curve_OfNoNumber_IsEmpty(double loss) => Assert.Equal("", TrainingPicture.Curve([loss]));
}
