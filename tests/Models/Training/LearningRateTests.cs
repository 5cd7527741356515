using Seal.Core.Engines;
using Seal.Models.Training;

namespace Seal.Models.Tests.Training;

public sealed class LearningRateTests
{
    // By hand, as get_linear_schedule_with_warmup: up over two steps, then down over the other four.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0.5)]
    [InlineData(2, 1)]
    [InlineData(3, 0.75)]
    [InlineData(5, 0.25)]
    public void At_Linear_FallsInAStraightLine(int step, double expected) =>
        Assert.Equal(expected, new OptimizerSpec(1, 2, 6, Linear: true).At(step), 12);
}
