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
            (_, _) =>
                ++calls < 3
                    ? throw new TimeoutException("Response did not arrive on time")
                    : Task.FromResult<SweepStatus?>(Status(SweepState.Completed)),
            "s",
            [],
            new TaskCompletionSource().Task
        );

        var last = await watch.ToEnd(Status(SweepState.Running), CancellationToken.None);

        Assert.Equal((SweepState.Completed, 3), (last.State, calls));
    }

    private static SweepStatus Status(SweepState state) => new("s", state, [], null, Accounting.Zero);
}
