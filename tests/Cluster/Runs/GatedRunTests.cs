using Seal.Cluster.Tests.Support;
using Seal.EndToEnd.Support;

namespace Seal.Cluster.Tests.Runs;

/// <summary>A sweep with a gate, whose policy a person then sets to another version: on one machine and on three silos that are killed.</summary>
[Collection(WithSilos.Name)]
public sealed class GatedRunTests(SharedServers servers)
{
    private static readonly string[] Set =
    [
        "seeds=[1]",
        "update.rounds=5",
        "tasks.retention_count=30",
        "gate.rules=[\"retention\", \"collapse\"]",
        "gate.retention_measure=token-accuracy",
        "gate.retention_margin=0.0005",
        "gate.min_cases=1",
        "gate.confidence=0.5",
        "gate.rollback_after=2",
    ];

    private static readonly string[] Back = ["policy", "rollback", "base-seal-s1", "0", "--after", "2", "--by", "ann", "--why", "a test"];

    [SkippableFact]
    public async Task Run_WithAGateAndARollbackByHand_GivesTheSameBytesOnThreeSilosThatAreKilled()
    {
        Skip.If(Tools.Missing is not null, Tools.Missing);
        using var folder = new TemporaryFolder();
        var alone = new SweepRun(Reference.File, folder.At("store")) { Workers = 2, Set = Set };
        var before = await alone.ToEnd();
        using (var moved = SealProcess.Start([.. Back, "--store", alone.Store]))
        {
            var exit = await moved.Exit();
            Assert.True(exit.Code == 0, $"{exit}");
        }

        // The file that it was begun with goes on with it.
        var after = await alone.ToEnd();
        Assert.NotEqual(before.ReportSha256, after.ReportSha256);

        await using var cluster = await TestCluster.Start(servers, silos: 3, fakeStep: TimeSpan.FromMilliseconds(5));
        string[] words = ["run", Reference.File, "--json", .. Set.SelectMany(pair => new[] { "--set", pair })];
        using (var run = cluster.Seal(words))
        {
            await cluster.UntilCommitted(12, run);
            cluster.Silos[1].Process.Kill();
            Assert.Equal(before.ReportSha256, await cluster.Report(await run.Exit()));
        }

        cluster.Silos[1].Restart();
        var told = await cluster.SealToExit(Back);
        Assert.True(told.Code == 0, $"{told}");
        using var again = cluster.Seal(words);
        cluster.Silos[2].Process.Kill();
        Assert.Equal(after.ReportSha256, await cluster.Report(await again.Exit()));
    }
}
