using Seal.EndToEnd.Support;

namespace Seal.EndToEnd.Days;

public sealed class SuspendTests
{
    /// <summary>A worker not heard of for this long has lost its job (<c>LeasePolicy.Default</c>).</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Run_SuspendedForLongerThanALease_GoesOnAndGivesTheSameBytes()
    {
        using var folder = new TemporaryFolder();
        var run = new SweepRun(Reference.File, folder.At("store")) { FakeStep = TimeSpan.FromMilliseconds(10) };
        using var process = run.Start();
        Assert.True(await process.Until(() => StoreFolder.Manifests(run.Store) >= 5));

        // As a virtual machine that is paused: every lease is over when it wakes.
        process.Signal(Posix.Stop);
        await Task.Delay(Lease + TimeSpan.FromSeconds(1));
        process.Signal(Posix.Continue);

        Assert.Equal(await Reference.Undisturbed(), SweepResult.Of(await process.Exit(), run.Store));
    }
}
