using Seal.Cluster.Tests.Support;
using Seal.EndToEnd.Support;

namespace Seal.Cluster.Tests.Runs;

/// <summary>Redis loses its data while silos run.</summary>
[Collection(WithServers.Name)]
public sealed class LostRedisTests(SharedServers servers)
{
    private const int LeftCluster = 6;

    [SkippableFact]
    public async Task Flushall_SilosAreNotReadyAndEndThemselves_StartedAgainTheyAreOneClusterAndTheSweepGoesOn()
    {
        Skip.If(Tools.Missing is not null, Tools.Missing);
        await using var cluster = await TestCluster.Start(
            servers,
            silos: 1,
            fakeStep: TimeSpan.FromMilliseconds(15),
            set: ["Silo.Role=control", "Cluster.LeaveAfter=00:00:08"]
        );
        cluster.Add(["Silo.Role=trainer", "Cluster.LeaveAfter=00:00:08", "Work.DrainTime=00:00:01"]);
        await cluster.Ready();
        using (var run = cluster.Seal("run", Reference.File, "--json"))
        {
            await cluster.UntilCommitted(2, run);
            await servers.FlushRedis();
            foreach (var silo in cluster.Silos)
            {
                await silo.Process.Until(async () =>
                    (await silo.Health("ready")) is (503, var why) && why.Contains("gone from the membership table", StringComparison.Ordinal)
                );
            }
        }

        foreach (var silo in cluster.Silos)
        {
            Assert.True(await silo.Process.Exit() == LeftCluster, silo.Process.Log);
            Assert.Contains("is gone from the membership table", silo.Process.Log, StringComparison.Ordinal);
            silo.Restart();
        }

        await cluster.Ready();
        var exit = await cluster.SealToExit("sweep", "watch", "tiny-fake", "--json");
        Assert.Equal((await Reference.Undisturbed()).ReportSha256, await cluster.Report(exit));
    }
}
