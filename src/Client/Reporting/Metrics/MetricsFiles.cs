using Seal.Client.Sweeps;
using Seal.Core.Artifacts;
using Seal.Grains.Sweeps;
using Seal.Reports.Metrics;

namespace Seal.Client.Reporting.Metrics;

/// <summary>Where the metrics of a sweep lie, and how they are written: <c>metrics.jsonl</c>, and a file for TensorBoard per run.</summary>
internal static class MetricsFiles
{
    /// <summary>TensorBoard takes every file with <c>tfevents</c> in its name.</summary>
    private const string EventFile = "events.out.tfevents.0.seal";

    /// <summary>Writes them into a folder: appends what is new, and repairs what differs.</summary>
    /// <param name="folder">Of the sweep.</param>
    /// <param name="phases">In order.</param>
    /// <param name="now">The time of events that are written now.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Write(string folder, IReadOnlyList<PhaseMetrics> phases, DateTimeOffset now)
    {
        foreach (var (name, records, isSame) in Files(phases, now))
        {
            RecordFile.Bring(Path.Combine(folder, name), records, isSame);
        }
    }

    /// <summary>Writes them beside the sweep's results.</summary>
    public static async Task Write(
        StorePlace place,
        string sweep,
        IReadOnlyList<PhaseMetrics> phases,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        if (place.Root is { } root)
        {
            Write(Path.Combine(root, SweepDocuments.Folder(sweep)), phases, now);
            return;
        }

        foreach (var (name, records, isSame) in Files(phases, now))
        {
            var key = $"{SweepDocuments.Folder(sweep)}/{name}";
            using var bytes = new MemoryStream();
            bytes.Write((await place.Store.ReadAsync(key, cancellation))?.Bytes ?? []);
            bytes.Position = 0;
            if (RecordFile.Bring(bytes, records, isSame))
            {
                await place.Store.WriteAsync(key, bytes.ToArray(), WriteCondition.Always, cancellation);
            }
        }
    }

    private static IEnumerable<(string Name, IReadOnlyList<byte[]> Records, SameRecord IsSame)> Files(
        IReadOnlyList<PhaseMetrics> phases,
        DateTimeOffset now
    )
    {
        yield return (SweepDocuments.MetricsName, [.. phases.Select(MetricsLine.Of)], (there, wanted) => there.SequenceEqual(wanted));
        var seconds = (now - DateTimeOffset.UnixEpoch).TotalSeconds;
        foreach (var run in phases.GroupBy(phase => phase.Run, StringComparer.Ordinal))
        {
            yield return (
                $"{SweepDocuments.TensorBoardName}/{run.Key}/{EventFile}",
                [TensorBoardEvents.Head(seconds), .. run.Select(phase => TensorBoardEvents.Of(phase, seconds))],
                TensorBoardEvents.IsSame
            );
        }
    }
}
