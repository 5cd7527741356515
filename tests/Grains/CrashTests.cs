using Seal.Core.Artifacts;
using Seal.Grains.Abstractions;
using Seal.Grains.Tests.Support;
using Seal.Silo.Hosting;
using Xunit.Abstractions;

namespace Seal.Grains.Tests;

/// <summary>The power goes at the n-th change of the disk, for every n; a new host on what is left must end with the same bytes.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    [Fact]
    public async Task PowerCut_AtEveryChangeOfTheDisk_ResumesToTheSameBytes()
    {
        var undisturbed = new MemoryFiles();
        var expected = await RunToEnd(undisturbed);
        output.WriteLine($"{undisturbed.Changes} changes of the disk, results {expected}");

        var tried = 0;
        // Two at a time: each cut starts two silos, and most of that is waiting.
        await Parallel.ForEachAsync(
            Enumerable.Range(1, undisturbed.Changes),
            new ParallelOptions { MaxDegreeOfParallelism = 2 },
            async (change, _) =>
            {
                var disk = new MemoryFiles { CrashAt = change };
                await RunUntilCrash(disk);
                var actual = await RunToEnd(disk.AfterPowerCut());
                Assert.True(expected == actual, $"After a power cut at change {change} the results differ: {actual}");
                Interlocked.Increment(ref tried);
            });
        Assert.Equal(undisturbed.Changes, tried);
    }

    private static async Task<string> RunToEnd(MemoryFiles disk)
    {
        var store = new DirectoryArtifactStore(disk);
        await using var host = await TestGrid.Start(store, workers: 1);
        var status = await TestGrid.RunToEnd(host, await TestGrid.SmallSubmission(store));
        Assert.Equal(SweepState.Completed, status.State);
        return status.ReportSha256!;
    }

    private static async Task RunUntilCrash(MemoryFiles disk)
    {
        var store = new DirectoryArtifactStore(disk);
        SealHost started;
        try
        {
            started = await TestGrid.Start(store, workers: 1);
        }
        catch (IOException) when (disk.Crashed.IsCompleted)
        {
            return; // The power went while the host claimed the store.
        }

        await using var host = started;
        using var gone = new CancellationTokenSource();
        var running = Task.Run(async () => await TestGrid.RunToEnd(host, await TestGrid.SmallSubmission(store), gone.Token), gone.Token);
        // With the power gone the grid can save nothing any more; what it still does in memory does not count.
        await Task.WhenAny(running, disk.Crashed);
        await gone.CancelAsync();
        _ = running.ContinueWith(task => task.Exception, TaskScheduler.Default);
    }
}
