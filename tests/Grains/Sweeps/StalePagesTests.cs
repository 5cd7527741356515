using Seal.Core.Artifacts;
using Seal.Core.Steering;
using Seal.Grains.Abstractions;
using Seal.Grains.Sweeps;
using Seal.Grains.Tests.Support;

namespace Seal.Grains.Tests.Sweeps;

/// <summary>What a console has made of a sweep's results never stands beside other results.</summary>
public sealed class StalePagesTests
{
    [Fact]
    public async Task Extend_SweepWhosePageWasWritten_LeavesNoPageOfTheEarlierResults()
    {
        var store = new DirectoryArtifactStore(new MemoryFiles());
        await using var host = await TestGrid.Start(store);
        var before = await TestGrid.RunToEnd(host, await TestGrid.SmallSubmission(store));
        string[] pages = [SweepDocuments.PageKey(TestGrid.Sweep), SweepDocuments.TableKey(TestGrid.Sweep)];
        foreach (var page in pages)
        {
            await store.WriteAsync(page, "of the earlier results"u8.ToArray(), WriteCondition.Always);
        }

        await host.Grains.GetGrain<ISweepGrain>(TestGrid.Sweep).Steer(new SteeringCommand(0, "", Rounds: 2));
        var after = await TestGrid.ToRest(host);

        Assert.NotEqual(before.ReportSha256, after.ReportSha256);
        Assert.All(pages, page => Assert.Null(store.ReadAsync(page).GetAwaiter().GetResult()));
    }
}
