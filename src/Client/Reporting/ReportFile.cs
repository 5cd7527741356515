using System.Text.Json;
using Seal.Client.Sweeps;
using Seal.Core.Artifacts;
using Seal.Core.Json;
using Seal.Core.Results;
using Seal.Grains.Sweeps;
using Seal.Reports;

namespace Seal.Client.Reporting;

/// <summary>How the page is made, and where page and reward table lie beside a sweep's documents.</summary>
internal static class ReportFile
{
    public static string Key(string sweep) => SweepDocuments.PageKey(sweep);

    public static string TableKey(string sweep) => SweepDocuments.TableKey(sweep);

    public static async Task<string> Page(StorePlace place, SweepResults results) =>
        HtmlReport.Write(results, new StoreFiles(place.Store), await Accounting(place.Store, results.Sweep));

    private static async Task<SweepAccounting?> Accounting(IArtifactStore store, string sweep)
    {
        try
        {
            return await store.ReadAsync(SweepDocuments.AccountingKey(sweep)) is { } stored ? SealJson.Parse<SweepAccounting>(stored.Bytes) : null;
        }
        catch (JsonException foreign)
        {
            Terminal.Say(
                $"{SweepDocuments.AccountingKey(sweep)}: is damaged or of another build; the page is written without what the sweep took: "
                    + $"{foreign.Message}"
            );
            return null;
        }
    }

    /// <summary>Blobs of a store; what is damaged counts as absent.</summary>
    private sealed class StoreFiles(IArtifactStore store) : IReportFiles
    {
        public byte[]? Blob(string sha256) =>
            store.ReadAsync(ArtifactKey.Blob(sha256)).GetAwaiter().GetResult() is { } stored && ArtifactKey.Sha256(stored.Bytes) == sha256
                ? stored.Bytes
                : null;
    }
}
