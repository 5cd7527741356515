using System.Text.Json;
using Seal.Cluster.Tests.Support;
using Seal.EndToEnd.Support;

namespace Seal.Cluster.Tests.Runs;

/// <summary>What happens to silos, and what the sweep makes of it: the same bytes.</summary>
[Collection(WithSilos.Name)]
public sealed class FaultTests(SharedServers servers)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(15);

    [SkippableFact]
    public async Task SiloThatStoodStill_WakesUpAsAZombie_CommitsNothingAndEndsItself()
    {
        Skip.If(Tools.Missing is not null, Tools.Missing);
        await using var cluster = await TestCluster.Start(servers, silos: 3, fakeStep: Step);
        // Connected before anything runs: the sweep is short.
        await using var client = await GridClient.Connect(cluster, CancellationToken.None);
        using var run = cluster.Seal("run", Reference.File, "--json");
        await cluster.UntilCommitted(4, run);
        var zombie = cluster.Silos[1].Process;

        zombie.Signal(Posix.Stop);
        var before = await cluster.Committed();
        // The others go on, find it dead and lease its jobs again.
        await cluster.UntilCommitted(before.Count + 12, run);
        await client.UntilDead(cluster.Silos[1].SiloPort);
        before = await cluster.Committed();
        zombie.Signal(Posix.Continue);
        Assert.True(await zombie.Exit() == 6, zombie.Log);
        // Its reason too is one JSON object a line; nothing was dumped beside the log but the line with its name at its start.
        Assert.All(zombie.Lines, line => JsonDocument.Parse(line).Dispose());
        Assert.Equal(zombie.Lines.Count + 1, zombie.Log.Trim().Split('\n').Length);
        Assert.Contains(zombie.Lines, line => line.Contains("No longer a member of the cluster", StringComparison.Ordinal));

        Assert.Equal((await Reference.Undisturbed()).ReportSha256, await cluster.Report(await run.Exit()));
        var after = await cluster.Committed();
        Assert.All(before, candidate => Assert.Equal(candidate.Value, after[candidate.Key]));
    }

    [SkippableFact]
    public async Task Sigterm_SiloHandsItsJobsBackAndLeaves()
    {
        Skip.If(Tools.Missing is not null, Tools.Missing);
        await using var cluster = await TestCluster.Start(servers, silos: 2, fakeStep: Step, set: ["Work.DrainTime=00:00:01"]);
        using var run = cluster.Seal("run", Reference.File, "--json");
        await cluster.UntilCommitted(6, run);
        var leaving = cluster.Silos[1].Process;

        // Batch systems signal every process of a job, and the script that started the silo passes its own on: more than one arrives.
        for (var time = 0; time < 1000; time++)
        {
            leaving.Signal(Posix.Terminate);
        }

        Assert.True(await leaving.Exit() == 0, leaving.Log);

        Assert.Equal((await Reference.Undisturbed()).ReportSha256, await cluster.Report(await run.Exit()));
        Assert.DoesNotContain("lost under epoch", cluster.Logs(), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("throw:*")]
    [InlineData("stick:*")]
    public async Task NodeThatFailsOrGetsStuck_SpoilsNothing(string fault)
    {
        Skip.If(Tools.Missing is not null, Tools.Missing);
        await using var cluster = await TestCluster.Start(servers, silos: 1, fakeStep: TimeSpan.FromMilliseconds(5));
        cluster.Add(["Work.StuckAfter=00:00:01", "Work.FirstStepGrace=00:00:02"], new Dictionary<string, string> { ["SEAL_FAKE_FAULTS"] = fault });
        await cluster.Ready();

        var exit = await cluster.SealToExit("run", Reference.File, "--json");

        Assert.Equal((await Reference.Undisturbed()).ReportSha256, await cluster.Report(exit));
        Assert.Contains(fault[..1] == "t" ? "told to be broken" : "no progress for", cluster.Silos[1].Process.Log, StringComparison.Ordinal);
    }
}
