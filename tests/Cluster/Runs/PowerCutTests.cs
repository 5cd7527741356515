using Seal.Cluster.Tests.Support;
using Seal.EndToEnd.Support;

namespace Seal.Cluster.Tests.Runs;

/// <summary>The whole cluster goes down at once, and is started again by whatever supervises it.</summary>
[Collection(WithServers.Name)]
public sealed class PowerCutTests(SharedServers servers)
{
    [SkippableFact]
    public async Task EverythingKilledAtOnce_StartedAgain_TheSweepGoesOnByItself()
    {
        Skip.If(Tools.Missing is not null, Tools.Missing);
        await using var cluster = await TestCluster.Start(servers, silos: 2, fakeStep: TimeSpan.FromMilliseconds(15));
        SortedDictionary<string, string> before;
        using (var run = cluster.Seal("run", Reference.File, "--json"))
        {
            await cluster.UntilCommitted(8, run);
            before = await cluster.Committed();
            servers.KillRedis();
            foreach (var silo in cluster.Silos)
            {
                silo.Process.Kill();
            }
        }

        await servers.StartRedis();
        foreach (var silo in cluster.Silos)
        {
            silo.Restart();
        }

        // Nobody asks for it: no client is there.
        await cluster.Silos[0].Process.Until(async () => await (await cluster.Store()).ReadAsync("sweeps/tiny-fake/results.json") is not null);
        var exit = await cluster.SealToExit("sweep", "watch", "tiny-fake", "--json");
        Assert.Equal((await Reference.Undisturbed()).ReportSha256, await cluster.Report(exit));
        var after = await cluster.Committed();
        Assert.All(before, candidate => Assert.Equal(candidate.Value, after[candidate.Key]));
    }
}
