using Seal.Cluster.Tests.Support;
using Seal.Core.Randomness;
using Seal.EndToEnd.Support;
using Xunit.Abstractions;

namespace Seal.Cluster.Tests.Runs;

/// <summary>One sweep on one machine, on three silos, and on three silos that are killed: the same bytes.</summary>
[Collection(WithSilos.Name)]
public sealed class EqualBytesTests(SharedServers servers, ITestOutputHelper output)
{
    [SkippableFact]
    public async Task Run_OnThreeSilosWhoseClocksAreTenMinutesOff_GivesTheSameBytesAsOneProcessAndLosesNoLease()
    {
        Skip.If(Tools.Missing is not null, Tools.Missing);
        await using var cluster = await TestCluster.Start(servers, silos: 1);
        foreach (var shift in new[] { "00:10:00", "-00:10:00" })
        {
            cluster.Add([], new Dictionary<string, string> { ["SEAL_FAKE_CLOCK"] = shift });
        }

        await cluster.Ready();
        var exit = await cluster.SealToExit("run", Reference.File, "--json");

        Assert.Equal((await Reference.Undisturbed()).ReportSha256, await cluster.Report(exit));
        Assert.DoesNotContain("lost under epoch", cluster.Logs(), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(1)]
    public async Task Run_SilosKilledOneAfterAnother_LosesNothingCommitsNothingTwiceAndGivesTheSameBytes(ulong seed)
    {
        Skip.If(Tools.Missing is not null, Tools.Missing);
        await using var cluster = await TestCluster.Start(servers, silos: 3, fakeStep: TimeSpan.FromMilliseconds(15));
        var random = new CounterRandom(new Seed(seed).Derive("cluster-kills"));
        using var run = cluster.Seal("run", Reference.File, "--json");
        var committed = new SortedDictionary<string, string>(StringComparer.Ordinal);

        foreach (var (after, comesBack) in new[] { (6, true), (24, false) })
        {
            await cluster.UntilCommitted(after, run);
            var victim = cluster.Silos[random.NextInt(3)];
            output.WriteLine($"seed {seed}: silo {victim.SiloPort} killed after {after} commits");
            victim.Process.Kill();
            foreach (var (key, state) in await cluster.Committed())
            {
                committed[key] = state;
            }

            if (comesBack)
            {
                victim.Restart();
            }
        }

        Assert.Equal((await Reference.Undisturbed()).ReportSha256, await cluster.Report(await run.Exit()));
        var now = await cluster.Committed();
        Assert.All(committed, candidate => Assert.Equal(candidate.Value, now[candidate.Key]));
    }
}
