using System.Text.Json;
using Seal.Cluster.Tests.Support;
using Seal.Core.Jobs;
using Seal.EndToEnd.Support;

namespace Seal.Cluster.Tests.Runs;

/// <summary>A candidate that takes down every worker that tries it: the sweep ends, names it, and can be mended.</summary>
[Collection(WithQuietServers.Name)]
public sealed class PoisonTests(SharedServers servers)
{
    private static readonly string[] Small = ["--set", "arms=[{ name = \"random\", proposer = \"random\" }]", "--set", "seeds=[1]"];

    [SkippableFact]
    public async Task CandidateThatKillsItsWorkers_IsPoisonedAfterThreeAndARetryMendsTheRun()
    {
        Skip.If(Tools.Missing is not null, Tools.Missing);
        using var folder = new TemporaryFolder();
        var undisturbed = await new SweepRun(Reference.File, folder.At("store")) { Set = [Small[1], Small[3]] }.ToEnd();
        var poison = Trained(Path.Combine(folder.At("store"), "sweeps", "tiny-fake", "results.json"));

        await using var cluster = await TestCluster.Start(servers, silos: 1, set: ["Silo.Role=control"]);
        var faults = new Dictionary<string, string> { ["SEAL_FAKE_FAULTS"] = $"crash:{poison}" };
        var trainer = cluster.Add(["Silo.Role=trainer"], faults);
        using (var supervisor = new CancellationTokenSource())
        {
            var supervising = trainer.Supervise(supervisor.Token);
            var exit = await cluster.SealToExit(["run", Reference.File, "--json", .. Small]);
            await supervisor.CancelAsync();
            await supervising;
            Assert.True(exit.Code == 3, exit.ToString());
            Assert.Contains("was given up after 3 losses", exit.Err, StringComparison.Ordinal);
        }

        trainer.Process.Kill();
        var sound = cluster.Add(["Silo.Role=trainer"]);
        await sound.Ready();
        Assert.Equal(0, (await cluster.SealToExit("sweep", "retry", "tiny-fake")).Code);
        var mended = await cluster.SealToExit("sweep", "watch", "tiny-fake", "--json");
        Assert.Equal(undisturbed.ReportSha256, await cluster.Report(mended));
    }

    /// <summary>The engine's seed of the first candidate that was trained.</summary>
    private static ulong Trained(string results)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(results));
        var run = document.RootElement.GetProperty("runs")[0];
        foreach (var task in run.GetProperty("phases")[0].GetProperty("tasks").EnumerateArray())
        {
            foreach (
                var candidate in task.GetProperty("candidates")
                    .EnumerateArray()
                    .Where(candidate => candidate.GetProperty("state").GetString() == "scored")
            )
            {
                return InnerSeeds
                    .For(1, task.GetProperty("task").GetString()!, candidate.GetProperty("payload").GetString()!)
                    .Derive("initial")
                    .Value;
            }
        }

        throw new InvalidOperationException($"{results}: nothing was trained.");
    }
}
