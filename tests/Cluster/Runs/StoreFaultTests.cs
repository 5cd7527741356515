using Seal.Cluster.Tests.Support;
using Seal.EndToEnd.Support;
using Xunit.Abstractions;

namespace Seal.Cluster.Tests.Runs;

/// <summary>A store that hiccups, loses answers and goes away, and a Redis that is restarted: the sweep neither notices nor breaks
/// anything.</summary>
[Collection(WithServers.Name)]
public sealed class StoreFaultTests(SharedServers servers, ITestOutputHelper output)
{
    private const ulong Seed = 1;

    /// <summary>An outage is over when so many calls found nobody.</summary>
    private const long Outage = 60;

    [SkippableFact]
    public async Task Run_StoreThatHiccupsAndGoesAwayAndRedisRestarted_CorruptsNothingAndGivesTheSameBytes()
    {
        Skip.If(Tools.Missing is not null, Tools.Missing);
        await using var proxy = await FaultProxy.Start(servers.BlobPort, Seed);
        await using var cluster = await TestCluster.Start(servers, silos: 2, fakeStep: TimeSpan.FromMilliseconds(5), blobPort: proxy.Port);
        using var run = cluster.Seal("run", Reference.File, "--json");
        (proxy.Refuse, proxy.Lose) = (0.2, 0.05);

        await cluster.UntilCommitted(4, run);
        servers.KillRedis();
        await servers.StartRedis();
        await cluster.UntilCommitted(8, run);
        proxy.Closed = true;
        await proxy.UntilTurnedAway(Outage);
        proxy.Closed = false;
        var exit = await run.Exit();

        output.WriteLine($"seed {Seed}: {proxy}");
        Assert.Equal((await Reference.Undisturbed()).ReportSha256, await cluster.Report(exit));
        Assert.True(proxy.Refused > 0 && proxy.Lost > 0, $"{proxy}");
        // Every silo lived, so whoever saw a conflict saw a false one.
        Assert.DoesNotContain("InconsistentState", cluster.Logs(), StringComparison.Ordinal);
        Assert.DoesNotContain("ArtifactConflict", cluster.Logs(), StringComparison.Ordinal);
        (proxy.Refuse, proxy.Lose) = (0, 0);
        var verified = await cluster.SealToExit("artifacts", "verify");
        Assert.True(verified.Code == 0, $"{verified}");
    }
}
