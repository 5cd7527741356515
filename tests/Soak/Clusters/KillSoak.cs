using System.Diagnostics;
using Seal.Cluster.Tests.Support;
using Seal.Core.Randomness;
using Seal.EndToEnd.Support;

namespace Seal.Soak.Clusters;

/// <summary>
/// Three silos; again and again a random one is killed with -9 at a random moment and, once its work is in other hands, started again. Sweep
/// follows on sweep until the kills are done; each must end with the bytes of the undisturbed one.
/// </summary>
internal sealed class KillSoak(ClusterSweep sweep, int kills, ulong seed, string? logs, TextWriter output) : Soak(sweep, output)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan LongestLeaseless = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Bar = TimeSpan.FromSeconds(15);

    private readonly CounterRandom _random = new(new Seed(seed).Derive("cluster-kills"));
    private readonly List<TimeSpan> _leasedAgain = [];
    private int _done;

    protected override async Task<bool> Run(Servers servers, CancellationToken cancellation)
    {
        var (sweeps, wrong, committed) = (0, 0, 0);
        for (; _done < kills; sweeps++)
        {
            await using var cluster = await Sweep.Start(servers);
            using var run = Sweep.Run(cluster);
            var watch = new StoreWatch(servers.Container(cluster.Id));
            while (_done < kills && await Progress(run, watch, cancellation) && await Pause(run, cancellation))
            {
                await Kill(cluster, watch, cancellation);
            }

            var problem = await Wrong(cluster, run, watch);
            committed += watch.Committed;
            wrong += problem is null ? 0 : 1;
            if (logs is not null)
            {
                Directory.CreateDirectory(logs);
                await File.WriteAllTextAsync(Path.Combine(logs, $"sweep-{sweeps + 1}.log"), cluster.Logs(), cancellation);
            }

            Say($"sweep {sweeps + 1}: {watch.Committed} candidates committed, {problem ?? "equal bytes, none lost, none twice"}");
        }

        var late = Percentile(_leasedAgain, 0.95);
        Say(
            $"{_done} kills with seed {seed}, {sweeps} sweeps, {wrong} of them wrong; {committed} candidates committed; {_leasedAgain.Count} leases went down with a silo and were given out again"
        );
        Say(
            $"after {Percentile(_leasedAgain, 0.5).TotalSeconds:0.0} s (median), {late.TotalSeconds:0.0} s (p95), {Percentile(_leasedAgain, 1).TotalSeconds:0.0} s (longest)"
        );
        return wrong == 0 && late <= Bar;
    }

    private async Task Kill(TestCluster cluster, StoreWatch watch, CancellationToken cancellation)
    {
        var number = _random.NextInt(cluster.Silos.Count);
        var victim = cluster.Silos[number];
        victim.Process.Kill();
        var struck = Stopwatch.GetTimestamp();
        var leases = await watch.Look();
        var lost = leases.Where(lease => lease.Holder.StartsWith($"127.0.0.1:{victim.SiloPort}@", StringComparison.Ordinal)).ToArray();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(LongestLeaseless);
        var times = await Task.WhenAll(
            lost.Select(async lease =>
            {
                await watch.UntilLeasedAgain(lease, patience.Token);
                return Stopwatch.GetElapsedTime(struck);
            })
        );

        _leasedAgain.AddRange(times);
        victim.Restart();
        await victim.Ready();
        Say(
            $"kill {++_done}: silo {number} with {lost.Length} of {leases.Count} leases, {watch.Committed} committed{string.Concat(times.Select(time => $", {time.TotalSeconds:0.0} s"))}"
        );
    }

    /// <summary>Waits for a commit since the last kill: only a grid that works loses anything.</summary>
    /// <returns>False if the sweep ended meanwhile.</returns>
    private static async Task<bool> Progress(SealProcess run, StoreWatch watch, CancellationToken cancellation)
    {
        for (var before = watch.Committed; watch.Committed == before && !run.HasExited; await watch.Look())
        {
            await Task.Delay(100, cancellation);
        }

        return !run.HasExited;
    }

    /// <returns>False if the sweep ended meanwhile.</returns>
    private async Task<bool> Pause(SealProcess run, CancellationToken cancellation)
    {
        var pause = LongestPause * _random.NextDouble();
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < pause && !run.HasExited; )
        {
            await Task.Delay(50, cancellation);
        }

        return !run.HasExited;
    }
}
