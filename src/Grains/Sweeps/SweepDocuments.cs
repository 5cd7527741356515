using System.Text;
using System.Text.Json;
using Seal.Core.Artifacts;
using Seal.Core.Json;
using Seal.Core.Results;

namespace Seal.Grains.Sweeps;

/// <summary>The documents a sweep ends with.</summary>
public static class SweepDocuments
{
    /// <summary>The metrics of phases that have ended, one JSON object a line.</summary>
    public const string MetricsName = "metrics.jsonl";

    /// <summary>A folder with a file for TensorBoard per run.</summary>
    public const string TensorBoardName = "tensorboard";

    /// <summary>Where everything lies that a sweep leaves for people.</summary>
    public static string Folder(string sweep) => $"sweeps/{sweep}";

    public static string ResultsKey(string sweep) => $"sweeps/{sweep}/results.json";

    public static string AccountingKey(string sweep) => $"sweeps/{sweep}/accounting.json";

    public static string ReportKey(string sweep) => $"sweeps/{sweep}/report.md";

    public static string PageKey(string sweep) => $"sweeps/{sweep}/report.html";

    public static string TableKey(string sweep) => $"sweeps/{sweep}/table.parquet";

    public static string MetricsKey(string sweep) => $"{Folder(sweep)}/{MetricsName}";

    /// <summary>
    /// Writes all three; returns the hash of <c>results.json</c>, which is written last. What a console has made of earlier results (the sweep was
    /// extended, or mended) is deleted before: it would stand beside results that it does not show.
    /// </summary>
    public static async Task<string> Write(IArtifactStore store, SweepResults results, SweepAccounting costs)
    {
        await store.WriteAsync(AccountingKey(results.Sweep), Indented(costs), WriteCondition.Always);
        await store.WriteAsync(
            ReportKey(results.Sweep),
            await Task.Run(() => Encoding.UTF8.GetBytes(MarkdownReport.Write(results, costs))),
            WriteCondition.Always
        );
        await store.DeleteAsync(PageKey(results.Sweep));
        await store.DeleteAsync(TableKey(results.Sweep));
        var bytes = Indented(results);
        await store.WriteAsync(ResultsKey(results.Sweep), bytes, WriteCondition.Always);
        return ArtifactKey.Sha256(bytes);
    }

    /// <summary>True if all three are there and <c>results.json</c> has this hash.</summary>
    public static async Task<bool> AreThere(IArtifactStore store, string sweep, string sha256) =>
        await store.ReadAsync(ResultsKey(sweep)) is { } results
        && ArtifactKey.Sha256(results.Bytes) == sha256
        && await store.ReadAsync(AccountingKey(sweep)) is not null
        && await store.ReadAsync(ReportKey(sweep)) is not null;

    private static byte[] Indented<T>(T document) => JsonSerializer.SerializeToUtf8Bytes(document, SealJson.Indented);
}
