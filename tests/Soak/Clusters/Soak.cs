using System.Globalization;
using Seal.Cluster.Tests.Support;
using Seal.EndToEnd.Support;

namespace Seal.Soak.Clusters;

/// <summary>What soaks of a cluster share: a sweep, what it gives undisturbed, and how the disturbed one is judged.</summary>
internal abstract class Soak(ClusterSweep sweep, TextWriter output)
{
    private string? _expected;

    protected ClusterSweep Sweep => sweep;

    /// <returns>The exit code: 0 if all is well, 1 if not, 2 if it cannot be tried here.</returns>
    public async Task<int> ToEnd(CancellationToken cancellation)
    {
        if (Tools.Missing is { } missing)
        {
            Say($"{missing}");
            return 2;
        }

        _expected = await sweep.Undisturbed();
        Say($"undisturbed, in one process: results {_expected}");
        await using var servers = new Servers();
        await servers.Start();
        return await Run(servers, cancellation) ? 0 : 1;
    }

    /// <returns>True if all is well.</returns>
    protected abstract Task<bool> Run(Servers servers, CancellationToken cancellation);

    /// <summary>Waits for the sweep's end and says how it ended: null if with the bytes of the undisturbed one, nothing lost, nothing committed
    /// twice.</summary>
    protected async Task<string?> Wrong(TestCluster cluster, SealProcess run, StoreWatch watch)
    {
        try
        {
            var hash = await cluster.Report(await run.Exit());
            await watch.Look();
            return watch.Again.Count > 0 ? $"COMMITTED TWICE: {string.Join(", ", watch.Again)}"
                : hash != _expected ? $"DIFFERENT: {hash}"
                : null;
        }
        catch (InvalidOperationException failure)
        {
            return $"FAILED: {failure.Message}";
        }
    }

    protected void Say(FormattableString line) => output.Say(line);

    /// <summary>The value below which this share of the values lies (nearest rank).</summary>
    protected static TimeSpan Percentile(IEnumerable<TimeSpan> values, double share)
    {
        TimeSpan[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? TimeSpan.Zero : sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }
}
