using System.Diagnostics;
using Seal.Cluster.Tests.Support;
using Seal.EndToEnd.Support;

namespace Seal.Soak.Clusters;

/// <param name="Refuse">Share of blob calls that are answered 503.</param>
/// <param name="Lose">Share of blob calls that are carried out and whose answer is lost.</param>
/// <param name="Outage">How long the store is down, once.</param>
internal sealed record StoreHarm(double Refuse, double Lose, TimeSpan Outage, ulong Seed);

/// <summary>The blob store hiccups all the time and is down once, and Redis is restarted: the bytes stay, and so does most of the speed while the store is there.</summary>
internal sealed class StoreSoak(ClusterSweep sweep, StoreHarm harm, TextWriter output) : Soak(sweep, output)
{
    /// <summary>Share of the undisturbed speed that must be left outside the outage.</summary>
    private const double Bar = 0.8;

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

    /// <returns>Whether the sweep ended well, and candidates committed a second while the store was there.</returns>
    private async Task<(bool Good, double Rate)> Timed(Servers servers, FaultProxy proxy, bool disturbed, CancellationToken cancellation)
    {
        await using var cluster = await Sweep.Start(servers, proxy.Port);
        var watch = new StoreWatch(servers.Container(cluster.Id));
        using var run = Sweep.Run(cluster);
        await cluster.UntilCommitted(1, run);
        var started = Stopwatch.GetTimestamp();
        var outage = disturbed ? await Disturb(servers, cluster, run, cancellation) : TimeSpan.Zero;
        var problem = await Wrong(cluster, run, watch);
        var rate = watch.Committed / (Stopwatch.GetElapsedTime(started) - outage).TotalSeconds;
        var conflicts = cluster.Logs().Split('\n').Count(line => line.Contains("InconsistentState", StringComparison.Ordinal) || line.Contains("ArtifactConflict", StringComparison.Ordinal));
        // Every silo lived: whoever saw a conflict saw a false one.
        problem ??= conflicts > 0 ? $"FALSE CONFLICTS: {conflicts} lines" : await Corrupt(cluster);
        Say($"{(disturbed ? "storm" : "calm")}: {watch.Committed} candidates committed, {problem ?? "equal bytes, nothing corrupt, no false conflict"}");
        return (problem is null, rate);
    }

    private async Task<TimeSpan> Disturb(Servers servers, TestCluster cluster, SealProcess run, CancellationToken cancellation)
    {
        await cluster.UntilCommitted(20, run);
        servers.KillRedis();
        await servers.StartRedis();
        Say($"Redis was restarted");
        await cluster.UntilCommitted(40, run);
        var down = Stopwatch.GetTimestamp();
        await servers.StopAzurite();
        await Task.Delay(harm.Outage, cancellation);
        await servers.StartAzurite();
        var outage = Stopwatch.GetElapsedTime(down);
        Say($"the store was down for {outage.TotalSeconds:0.0} s");
        return outage;
    }

    private static async Task<string?> Corrupt(TestCluster cluster)
    {
        var verified = await cluster.SealToExit("artifacts", "verify");
        return verified.Code == 0 ? null : $"CORRUPT: {verified}";
    }
}
