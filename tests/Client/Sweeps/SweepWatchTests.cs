using Microsoft.Extensions.Time.Testing;
using Seal.Client.Clusters;
using Seal.Client.Sweeps;
using Seal.Core.Candidates;
using Seal.Grains.Abstractions;

namespace Seal.Client.Tests.Sweeps;

public sealed class SweepWatchTests
{
    [Fact]
    public async Task ToEnd_CallThatRanIntoItsTimeLimitWhileAllStoodStill_IsAskedAgain()
    {
        var calls = 0;
        var watch = new SweepWatch(
            (_, _) => ++calls < 3 ? throw new TimeoutException("Response did not arrive on time") : Task.FromResult<SweepStatus?>(Status(SweepState.Completed)),
            "s", [], new TaskCompletionSource().Task);

        var last = await watch.ToEnd(Status(SweepState.Running), CancellationToken.None);

        Assert.Equal((SweepState.Completed, 3), (last.State, calls));
    }

    [Fact]
    public void Goes_CallsThatFailForThreeMinutes_EndsWithAdviceAndNotBefore()
    {
        var time = new FakeTimeProvider();
        var silence = new Silence(time);
        Assert.Equal(TimeSpan.Zero, silence.Goes("The cluster", new TimeoutException("late")));
        time.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(TimeSpan.FromMinutes(3), silence.Goes("The cluster", new TimeoutException("late")));
        time.Advance(TimeSpan.FromSeconds(1));
        var thrown = Assert.Throws<CommandException>(() => silence.Goes("The cluster", new TimeoutException("late")));
        Assert.Equal((ExitCode.Unreachable, "The cluster has not answered for 3 minutes: late"), (thrown.ExitCode, thrown.Message));
    }

    [Fact]
    public void Goes_AfterAnAnswer_CountsAnew()
    {
        var time = new FakeTimeProvider();
        var silence = new Silence(time);
        silence.Goes("The cluster", new TimeoutException("late"));
        time.Advance(TimeSpan.FromHours(1));
        silence.Ends();
        Assert.Equal(TimeSpan.Zero, silence.Goes("The cluster", new TimeoutException("late")));
    }

    private static SweepStatus Status(SweepState state) => new("s", state, [], null, Accounting.Zero);
}
