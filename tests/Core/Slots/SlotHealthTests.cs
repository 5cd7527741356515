using Seal.Core.Slots;

namespace Seal.Core.Tests.Slots;

public sealed class SlotHealthTests
{
    [Fact]
    public void Succeeded_FromTheStart_OpensOneSlotAfterAnother()
    {
        var health = SlotHealth.Start(3);
        Assert.Equal([true, false, false], Enumerable.Range(0, 3).Select(health.MayTake));
        health = health.Succeeded().Succeeded().Succeeded();
        Assert.Equal(3, health.Open);
    }

    [Fact]
    public void Failed_FiveInARow_DrainsForGood()
    {
        var health = SlotHealth.Start(8).Succeeded().Succeeded().Succeeded();
        for (var failure = 1; failure <= 5; failure++)
        {
            Assert.False(health.Drained);
            health = health.Failed($"job {failure}", $"failure {failure}");
        }

        Assert.True(health.Drained);
        Assert.Equal((0, "failure 5"), (health.Open, health.LastFailure));
        Assert.True(health.Succeeded().Drained);
        Assert.False(health.MayTake(0));
    }

    [Fact]
    public void Failed_OneJobOverAndOver_IsTheJobsFaultAndDrainsNobody()
    {
        var health = Enumerable.Range(0, 20).Aggregate(SlotHealth.Start(4), (before, _) => before.Failed("job", "x"));
        Assert.Equal((false, 1), (health.Drained, health.FailuresInARow));
    }

    [Fact]
    public void Failed_FourTimesAndThenASuccess_StartsTheCountAnew()
    {
        var health = SlotHealth.Start(4);
        for (var round = 0; round < 3; round++)
        {
            for (var failure = 0; failure < 4; failure++)
            {
                health = health.Failed($"job {failure}", "x");
            }

            Assert.Equal(1, health.Open);
            health = health.Succeeded();
        }

        Assert.False(health.Drained);
    }
}
