using Microsoft.Extensions.Time.Testing;
using Seal.Client.Clusters;

namespace Seal.Client.Tests.Clusters;

public sealed class SilenceTests
{
    [Fact]
    public void Lasts_CallsThatFailForThreeMinutes_EndsWithAdviceAndNotBefore()
    {
        var time = new FakeTimeProvider();
        var silence = new Silence(time);
        Assert.Equal(TimeSpan.Zero, silence.Lasts("The cluster", new TimeoutException("late")));
        time.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(TimeSpan.FromMinutes(3), silence.Lasts("The cluster", new TimeoutException("late")));
        time.Advance(TimeSpan.FromSeconds(1));
        var thrown = Assert.Throws<CommandException>(() => silence.Lasts("The cluster", new TimeoutException("late")));
        Assert.Equal((ExitCode.Unreachable, "The cluster has not answered for 3 minutes: late"), (thrown.ExitCode, thrown.Message));
    }

    [Fact]
    public void Lasts_AfterAnAnswer_CountsAnew()
    {
        var time = new FakeTimeProvider();
        var silence = new Silence(time);
        silence.Lasts("The cluster", new TimeoutException("late"));
        time.Advance(TimeSpan.FromHours(1));
        silence.Ends();
        Assert.Equal(TimeSpan.Zero, silence.Lasts("The cluster", new TimeoutException("late")));
    }
}
