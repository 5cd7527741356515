using System.Diagnostics;
using Seal.Cluster.Tests.Support;
using Seal.EndToEnd.Support;

namespace Seal.Soak.Clusters;

/// <param name="Refuse">Share of blob calls that are answered 503.</param>
/// <param name="Lose">Share of blob calls that are carried out and whose answer is lost.</param>
/// <param name="Outage">How long the store is down, once.</param>
internal sealed record StoreHarm(double Refuse, double Lose, TimeSpan Outage, ulong Seed);

/// <summary>The blob store hiccups all the time and is down once, and Redis is restarted: the bytes stay, and so does most of the speed while the
/// store is there.</summary>
internal sealed class StoreSoak(ClusterSweep sweep, StoreHarm harm, TextWriter output) : Soak(sweep, output)
{
    /// <summary>Share of the undisturbed speed that must be left outside the outage.</summary>
    private const double Bar = 0.8;

    /// <summary>Commits after which Redis is restarted, and after which the store goes away.</summary>
    private const int Restart = 20;
    private const int Away = 40;

    protected override async Task<bool> Run(Servers servers, CancellationToken cancellation)
    {
        await using var proxy = await FaultProxy.Start(servers.BlobPort, harm.Seed);
        var (calm, calmRate) = await Timed(servers, proxy, disturbed: false, cancellation);
        (proxy.Refuse, proxy.Lose) = (harm.Refuse, harm.Lose);
        var (stormy, stormyRate) = await Timed(servers, proxy, disturbed: true, cancellation);
        Say($"proxy: {proxy}");
        Say($"{calmRate:0.00} candidates a second in calm, {stormyRate:0.00} outside the outage: {stormyRate / calmRate:0%}");
        return calm && stormy && stormyRate >= Bar * calmRate;
    }

    /// <returns>
    /// Whether the sweep ended well, and candidates committed a second while the store was there: from the first commit to the console's end, less
    /// the time between asking the store to stop and hearing it again. What it takes everybody to find that it is back counts.
    /// </returns>
    private async Task<(bool Good, double Rate)> Timed(Servers servers, FaultProxy proxy, bool disturbed, CancellationToken cancellation)
    {
        await using var cluster = await Sweep.Start(servers, proxy.Port);
        var watch = new StoreWatch(servers.Container(cluster.Id));
        using var run = Sweep.Run(cluster);
        await cluster.UntilCommitted(1, run);
        var (started, calls) = (Stopwatch.GetTimestamp(), proxy.Calls);
        // Who watches asks the store too: in calm as often as in the storm.
        await cluster.UntilCommitted(Restart, run);
        if (disturbed)
        {
            await RestartRedis(servers);
        }

        await cluster.UntilCommitted(Away, run);
        var outage = disturbed ? await TakeAway(servers, cluster, run, cancellation) : TimeSpan.Zero;
        var problem = await Wrong(cluster, run, watch);
        var rate = (watch.Committed - 1) / (Stopwatch.GetElapsedTime(started) - outage).TotalSeconds;
        Say($"{(proxy.Calls - calls) / (double)watch.Committed:0.0} blob calls a candidate, all that the cluster does included");
        var log = cluster.Logs().Split('\n');
        var conflicts = log.Count(line =>
            line.Contains("InconsistentState", StringComparison.Ordinal) || line.Contains("ArtifactConflict", StringComparison.Ordinal)
        );
        // Every silo lived: whoever saw a conflict saw a false one.
        problem ??= conflicts > 0 ? $"FALSE CONFLICTS: {conflicts} lines" : await Corrupt(cluster);
        var lost = log.Count(line => line.Contains("lost under epoch", StringComparison.Ordinal));
        Say(
            $"{(disturbed ? "storm" : "calm")}: {watch.Committed} candidates committed, {lost} leases lost, {problem ?? "equal bytes, nothing corrupt, no false conflict"}"
        );
        return (problem is null, rate);
    }

    private async Task RestartRedis(Servers servers)
    {
        servers.KillRedis();
        await servers.StartRedis();
        Say($"Redis was restarted");
    }

    private async Task<TimeSpan> TakeAway(Servers servers, TestCluster cluster, SealProcess run, CancellationToken cancellation)
    {
        var down = Stopwatch.GetTimestamp();
        await servers.StopAzurite();
        await Task.Delay(harm.Outage, cancellation);
        await servers.StartAzurite();
        var (outage, back) = (Stopwatch.GetElapsedTime(down), Stopwatch.GetTimestamp());
        var watch = new StoreWatch(servers.Container(cluster.Id));
        await watch.Look();
        await cluster.UntilCommitted(watch.Committed + 1, run);
        Say(
            $"the store was down for {outage.TotalSeconds:0.0} s; the next commit came within {Stopwatch.GetElapsedTime(back).TotalSeconds:0.0} s of its return"
        );
        return outage;
    }

    private static async Task<string?> Corrupt(TestCluster cluster)
    {
        var verified = await cluster.SealToExit("artifacts", "verify");
        return verified.Code == 0 ? null : $"CORRUPT: {verified}";
    }
}
