using Seal.Core.Artifacts;
using Seal.Grains.Abstractions;
using Seal.Grains.Tests.Support;
using Xunit.Abstractions;

namespace Seal.Grains.Tests;

/// <summary>The power goes at the n-th change of the disk, for every n; a new host on what is left must end with the same bytes.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PowerCut_AtEveryChangeOfTheDisk_ResumesToTheSameBytes(bool gated)
    {
        var undisturbed = new MemoryFiles { NotesCuts = true };
        var expected = await RunToEnd(undisturbed, gated);
        output.WriteLine($"{undisturbed.Changes} changes of the disk, {undisturbed.Cuts.Count} different disks after a cut, results {expected}");

        // A claimed store, contexts, states, leases, manifests, cache entries, an adapter and results: far more than a handful of moments.
        Assert.True(undisturbed.Cuts.Count > 50, $"{undisturbed.Cuts.Count}");
        // Two at a time: each cut starts a silo, and much of that is waiting.
        await Parallel.ForEachAsync(
            undisturbed.Cuts,
            new ParallelOptions { MaxDegreeOfParallelism = 2 },
            async (disk, _) =>
            {
                var left = string.Join('\n', disk.List(string.Empty));
                var actual = await RunToEnd(disk, gated);
                Assert.True(expected == actual, $"After a power cut that left these files the results differ, {actual}:\n{left}");
            }
        );
    }

    private static async Task<string> RunToEnd(MemoryFiles disk, bool gated)
    {
        var store = new DirectoryArtifactStore(disk);
        await using var host = await TestGrid.Start(store, workers: 1);
        var sweep = await TestGrid.SmallSubmission(store);
        var status = await TestGrid.RunToEnd(host, gated ? await TestGrid.Gated(store, sweep, tasks: 2) : sweep);
        Assert.Equal(SweepState.Completed, status.State);
        return status.ReportSha256!;
    }
}
