using System.Diagnostics;
using System.Globalization;
using Seal.Cluster.Tests.Support;
using Seal.EndToEnd.Support;
using Seal.Grains.Abstractions;

namespace Seal.Soak.Clusters;

/// <summary>
/// What the grid itself costs: candidates whose training takes no time, one control silo, two trainers. Tells processor time of every part per
/// candidate, how long a client waits for an answer meanwhile, and whether memory grows.
/// </summary>
internal sealed class GridSoak(int candidates, TextWriter output)
{
    private const int PerRun = 200;
    private const double ControlBar = 20;
    private const double CallBar = 50;

    /// <summary>Memory counts as flat where its median over the last quarter of the time is at most this many times that over the second.</summary>
    private const double GrowthBar = 1.25;
    private static readonly TimeSpan BetweenCalls = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan BetweenSamples = TimeSpan.FromSeconds(5);

    public Task<int> ToEnd(CancellationToken cancellation) =>
        output.WithServers(async servers =>
        {
            await using var cluster = await TestCluster.Start(servers, silos: 1, set: ["Silo.Role=control"]);
            cluster.Add(["Silo.Role=trainer"]);
            cluster.Add(["Silo.Role=trainer"]);
            await cluster.Ready();
            return await Measured(servers, cluster, cancellation);
        });

    private async Task<bool> Measured(Servers servers, TestCluster cluster, CancellationToken cancellation)
    {
        Part[] parts =
        [
            new("control silo", cluster.Silos[0].Process.Id),
            new("trainers", cluster.Silos[1].Process.Id, cluster.Silos[2].Process.Id),
            new("Azurite", servers.AzuriteId),
            new("Redis", servers.RedisId),
        ];
        var seeds = string.Join(',', Enumerable.Range(1, Math.Max(1, candidates / PerRun)));
        using var run = cluster.Seal(
            "run",
            Repository.Sweep("tiny-fake.toml"),
            "--json",
            "--set",
            $"seeds=[{seeds}]",
            "--set",
            "arms=[{ name = \"seal\", proposer = \"policy\" }]",
            "--set",
            "tasks.train_count=10",
            "--set",
            "proposal.candidates=10",
            "--set",
            "proposal.distinct=true",
            "--set",
            "evaluate.when=\"last\""
        );
        var before = parts.Select(part => part.Processor).ToArray();
        var started = Stopwatch.GetTimestamp();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var calls = Calls(cluster, ended.Token);
        var memory = Memory(parts[0], ended.Token);
        var exit = await run.Exit(TimeSpan.FromHours(3));
        var elapsed = Stopwatch.GetElapsedTime(started);
        await ended.CancelAsync();
        if (parts.FirstOrDefault(part => part.HasEnded) is { } gone)
        {
            output.Say($"{gone.Name}: a process ended by itself before the sweep did");
            return false;
        }

        var spent = parts.Select((part, i) => (part.Name, Time: part.Processor - before[i])).ToArray();

        await cluster.Report(exit);
        var watch = new StoreWatch(servers.Container(cluster.Id));
        await watch.Look();
        var count = watch.Committed;
        output.Say(
            $"{count} candidates in {elapsed.TotalSeconds:0} s, {count / elapsed.TotalSeconds:0.0} a second, on {Environment.ProcessorCount} cores"
        );
        foreach (var (name, time) in spent)
        {
            output.Say($"  {name}: {time.TotalSeconds:0.0} s of processor time, {time.TotalMilliseconds / count:0.00} ms a candidate");
        }

        var latency = (await calls).Order().ToArray();
        var p99 = latency.Length == 0 ? 0 : latency[Math.Min(latency.Length - 1, (int)(latency.Length * 0.99))];
        output.Say($"  {latency.Length} client calls: {(latency.Length == 0 ? 0 : latency[latency.Length / 2]):0.0} ms (median), {p99:0.0} ms (p99)");
        var megabytes = await memory;
        var control = spent[0].Time.TotalMilliseconds / count;
        output.Say(
            $"  control silo's memory in MB, every {BetweenSamples.TotalSeconds:0} s: {string.Join(' ', megabytes.Select(value => value.ToString("0", CultureInfo.InvariantCulture)))}"
        );
        var growth = Growth(megabytes);
        output.Say($"  the last quarter's median is {growth:0.00} times the second's");
        return control <= ControlBar && p99 < CallBar && growth <= GrowthBar;
    }

    /// <summary>The first quarter is left out: caches and compiled code fill there.</summary>
    private static double Growth(List<double> megabytes)
    {
        var quarter = megabytes.Count / 4;
        return quarter == 0 ? 1 : Median(megabytes.Skip(3 * quarter)) / Median(megabytes.Skip(quarter).Take(quarter));
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    /// <returns>How long each call of a client took, in milliseconds.</returns>
    private static async Task<List<double>> Calls(TestCluster cluster, CancellationToken ended)
    {
        var times = new List<double>();
        await using var client = await GridClient.Connect(cluster, ended);
        var sweep = client.Grains.GetGrain<ISweepGrain>("tiny-fake");
        for (var call = 0; !ended.IsCancellationRequested; call++)
        {
            var started = Stopwatch.GetTimestamp();
            _ = (call % 3) switch
            {
                0 => await sweep.Status() is null,
                1 => await sweep.Control() is null,
                _ => await sweep.Events(0, TimeSpan.Zero) is null,
            };
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            await Task.Delay(BetweenCalls, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return times;
    }

    private static async Task<List<double>> Memory(Part part, CancellationToken ended)
    {
        var megabytes = new List<double>();
        while (!ended.IsCancellationRequested)
        {
            if (part.HasEnded)
            {
                break;
            }

            megabytes.Add(part.Resident / 1e6);
            await Task.Delay(BetweenSamples, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return megabytes;
    }
}
