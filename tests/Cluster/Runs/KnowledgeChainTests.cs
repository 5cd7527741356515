using Seal.Cluster.Tests.Support;
using Seal.EndToEnd.Support;

namespace Seal.Cluster.Tests.Runs;

/// <summary>Several passages in one trial, on a cluster.</summary>
[Collection(WithSilos.Name)]
public sealed class KnowledgeChainTests(SharedServers servers)
{
    /// <summary>A chain is one job: killed in the middle of one, its silo takes every training and every merge of it along, and another silo begins
    /// it again.</summary>
    [SkippableFact]
    public async Task Run_ChainsOnThreeSilosOfWhichOneIsKilled_GivesTheSameBytesAsOneProcess()
    {
        Skip.If(Tools.Missing is not null, Tools.Missing);
        using var folder = new TemporaryFolder();
        var alone = TinyWorld.Chains(await TinyWorld.Model(folder), folder.At("store"));
        var expected = await alone.ToEnd();
        await using var cluster = await TestCluster.Start(servers, silos: 3, set: ["Work.Engines=torch", "Work.Slots=1"]);

        using var run = cluster.Seal(["run", alone.File, "--json", .. alone.Set.SelectMany(pair => new[] { "--set", pair })]);
        await cluster.UntilCommitted(4, run);
        cluster.Silos[2].Process.Kill();

        Assert.Equal(expected.ReportSha256, await cluster.Report(await run.Exit()));
    }
}
