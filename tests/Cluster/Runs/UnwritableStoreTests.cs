using Seal.Cluster.Tests.Support;
using Seal.EndToEnd.Support;

namespace Seal.Cluster.Tests.Runs;

/// <summary>A store that can be read and takes no writes, as with a full disk.</summary>
[Collection(WithQuietServers.Name)]
public sealed class UnwritableStoreTests(SharedServers servers)
{
    [SkippableFact]
    public async Task EveryWriteFails_SiloIsNotReadyAndSaysWhy_UntilWritesSucceedAgain()
    {
        Skip.If(Tools.Missing is not null, Tools.Missing);
        await using var proxy = await FaultProxy.Start(servers.BlobPort, seed: 1);
        await using var cluster = await TestCluster.Start(servers, silos: 1, fakeStep: TimeSpan.FromMilliseconds(15), blobPort: proxy.Port);
        var silo = cluster.Silos[0];
        using var run = cluster.Seal("run", Reference.File, "--json");
        await cluster.UntilCommitted(2, run);

        proxy.TakesNoWrites = true;
        await silo.Process.Until(async () =>
            await silo.Health("ready") is (503, var why) && why.Contains("the last write to the store failed", StringComparison.Ordinal)
        );
        Assert.Equal((200, "ok"), await silo.Health("live"));

        proxy.TakesNoWrites = false;
        await silo.Ready();
        Assert.Equal((await Reference.Undisturbed()).ReportSha256, await cluster.Report(await run.Exit()));
    }
}
