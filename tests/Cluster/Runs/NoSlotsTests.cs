using Seal.Cluster.Tests.Support;
using Seal.EndToEnd.Support;

namespace Seal.Cluster.Tests.Runs;

/// <summary>A sweep that nobody computes for.</summary>
[Collection(WithQuietServers.Name)]
public sealed class NoSlotsTests(SharedServers servers)
{
    private const string Expected = "no slot of class fake-1 takes work (0 of 0); see sweep silos";

    [SkippableFact]
    public async Task Run_NoSlotOfTheClass_IsToldByRunStatusAndEvents_AndEndsWhenATrainerComes()
    {
        Skip.If(Tools.Missing is not null, Tools.Missing);
        await using var cluster = await TestCluster.Start(servers, silos: 1, set: ["Silo.Role=control"]);
        using var run = cluster.Seal("run", Reference.File, "--json");
        Assert.True(await run.Until(() => run.Err.Contains(Expected, StringComparison.Ordinal)), run.Err);
        var status = await cluster.SealToExit("sweep", "status", "tiny-fake");
        Assert.Contains(Expected, status.Out + status.Err, StringComparison.Ordinal);
        var document = await cluster.SealToExit("sweep", "status", "tiny-fake", "--json");
        Assert.Contains($"\"waiting\":\"{Expected}\"", document.Out, StringComparison.Ordinal);

        cluster.Add(["Silo.Role=trainer"]);
        Assert.Equal((await Reference.Undisturbed()).ReportSha256, await cluster.Report(await run.Exit()));
        var events = await cluster.SealToExit("sweep", "events", "tiny-fake");
        Assert.Contains(Expected, events.Out, StringComparison.Ordinal);
        Assert.Contains("over: the sweep goes on", events.Out, StringComparison.Ordinal);
    }
}
