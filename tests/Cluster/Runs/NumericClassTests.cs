using Seal.Cluster.Tests.Support;
using Seal.EndToEnd.Support;
using Seal.Grains.Abstractions;

namespace Seal.Cluster.Tests.Runs;

/// <summary>Two trainers on one machine that compute other bits: libtorch and our kernels on one of them are told to keep to AVX2.</summary>
[Collection(WithQuietServers.Name)]
public sealed class NumericClassTests(SharedServers servers)
{
    private static readonly string[] Trainer = ["Silo.Role=trainer", "Work.Engines=torch", "Work.Slots=1"];

    [SkippableFact]
    public async Task Run_SlotsOfTwoClasses_OnlyTheSweepsOwnEverHoldALease()
    {
        Skip.If(Tools.Missing is not null, Tools.Missing);
        Skip.IfNot(System.Runtime.Intrinsics.X86.Avx512F.IsSupported, "This processor has one class only.");
        await using var cluster = await TestCluster.Start(servers, silos: 1, set: ["Silo.Role=control"]);
        var own = cluster.Add(Trainer);
        var other = cluster.Add(Trainer, new Dictionary<string, string> { ["ATEN_CPU_CAPABILITY"] = "avx2" });
        await cluster.Ready();

        string[] run = [.. RealEngine.InStore("").Set.SelectMany(pair => new[] { "--set", pair })];
        string[] classes = [];
        await using (var client = await GridClient.Connect(cluster, CancellationToken.None))
        {
            // A silo announces what it computes soon after it has joined.
            await cluster
                .Silos[0]
                .Process.Until(async () =>
                {
                    classes = [.. (await client.Grains.GetGrain<ISlotsGrain>(0).All()).SelectMany(silo => silo.NumericClasses).Distinct()];
                    return classes.Length == 2;
                });
        }

        var undecided = await cluster.SealToExit(["run", Repository.Sweep("soak.toml"), .. run]);
        Assert.True(undecided.Code == 2 && classes.All(name => undecided.Err.Contains(name, StringComparison.Ordinal)), $"{undecided}");
        var mine = classes.Single(name => !name.Contains("avx2", StringComparison.Ordinal));
        var exit = await cluster.SealToExit(["run", Repository.Sweep("soak.toml"), .. run, "--numeric-class", mine, "--json"]);

        Assert.Equal((await RealEngine.Undisturbed()).ReportSha256, await cluster.Report(exit));
        var holders = await new StoreWatch(servers.Container(cluster.Id)).Holders();
        Assert.NotEmpty(holders);
        Assert.All(holders, holder => Assert.StartsWith($"127.0.0.1:{own.SiloPort}@", holder, StringComparison.Ordinal));
        Assert.DoesNotContain(holders, holder => holder.Contains($":{other.SiloPort}@", StringComparison.Ordinal));
    }
}
