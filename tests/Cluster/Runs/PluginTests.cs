using Seal.Cluster.Tests.Support;
using Seal.EndToEnd.Support;
using Seal.Samples;

namespace Seal.Cluster.Tests.Runs;

/// <summary>A sweep of a plug-in on a cluster where some silos have it and others have not.</summary>
[Collection(WithQuietServers.Name)]
public sealed class PluginTests(SharedServers servers)
{
    private const string Waiting = "no slot of class fake-1/plugins-";

    private static readonly string Plugin = typeof(SamplesPlugin).Assembly.Location;

    private static readonly SweepRun Local = new(Path.Combine(Repository.Root, "samples", "digits.toml"), "")
    {
        Plugins = [Plugin],
        Set = ["engine.kind=fake", "tasks.train_count=3", "tasks.evaluate_count=2", "proposal.candidates=4"],
    };

    private static readonly string[] Run =
    [
        "run",
        Local.File,
        "--json",
        "--plugin",
        Plugin,
        .. Local.Set.SelectMany(pair => new[] { "--set", pair }),
    ];

    [SkippableFact]
    public async Task Run_ATrainerWithoutThePlugin_TakesNothingOfTheSweepAndStatusSaysWhy()
    {
        Skip.If(Tools.Missing is not null, Tools.Missing);
        using var folder = new TemporaryFolder();
        var expected = await (Local with { Store = folder.At("store") }).ToEnd();
        await using var cluster = await TestCluster.Start(servers, silos: 1, set: ["Silo.Role=control", $"Work.Plugins={Plugin}"]);
        var without = cluster.Add(["Silo.Role=trainer"]);
        await cluster.Ready();

        using var run = cluster.Seal(Run);
        Assert.True(await run.Until(() => run.Err.Contains(Waiting, StringComparison.Ordinal)), $"{run.Err}\n{cluster.Logs()}");
        var status = await cluster.SealToExit("sweep", "status", "digits", "--plugin", Plugin);
        Assert.Contains(Waiting, status.Out + status.Err, StringComparison.Ordinal);

        var with = cluster.Add(["Silo.Role=trainer", $"Work.Plugins={Plugin}"]);
        Assert.Equal(expected.ReportSha256, await cluster.Report(await run.Exit()));
        var holders = await new StoreWatch(servers.Container(cluster.Id)).Holders();
        Assert.NotEmpty(holders);
        Assert.All(holders, holder => Assert.StartsWith($"127.0.0.1:{with.SiloPort}@", holder, StringComparison.Ordinal));
        Assert.DoesNotContain(holders, holder => holder.Contains($":{without.SiloPort}@", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Run_OnControlSilosWithoutThePlugin_IsRefused()
    {
        Skip.If(Tools.Missing is not null, Tools.Missing);
        await using var cluster = await TestCluster.Start(servers, silos: 1);

        var exit = await cluster.SealToExit(Run);

        Assert.True(exit.Code == 2, $"{exit}\n{cluster.Logs()}");
        Assert.Contains("Work.Plugins", exit.Err, StringComparison.Ordinal);
    }
}
