using System.Text;
using System.Text.Json;
using Seal.Client.Sweeps;
using Seal.Core.Artifacts;
using Seal.Core.Json;
using Seal.Core.Results;
using Seal.Core.Tables;
using Seal.Grains.Sweeps;
using Seal.Reports;
using Seal.Reports.Parquet;

namespace Seal.Client.Reporting;

/// <summary>The page and the reward table that lie beside a sweep's documents.</summary>
internal static class ReportFile
{
    public static string Key(string sweep) => SweepDocuments.PageKey(sweep);

    public static string TableKey(string sweep) => SweepDocuments.TableKey(sweep);

    /// <summary>Writes what is missing. A store that cannot be written has been told of already: the sweep's own documents are there.</summary>
    public static async Task EnsureAsync(StorePlace place, SweepResults results)
    {
        var store = place.Store;
        try
        {
            if (await store.ReadAsync(Key(results.Sweep)) is null)
            {
                await store.WriteAsync(Key(results.Sweep), Encoding.UTF8.GetBytes(await Page(place, results)), WriteCondition.Always);
            }

            if (RewardTable.Of(results) is [var table, ..] && await store.ReadAsync(TableKey(results.Sweep)) is null)
            {
                await store.WriteAsync(TableKey(results.Sweep), await TableFile.Write(table, results), WriteCondition.Always);
            }
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            Terminal.Error($"The page could not be written: {refused.Message} Write it later with:\n  {Invocation.Command(["report", results.Sweep, .. place.Words])}");
        }
        catch (Exception defect) when (defect is not OperationCanceledException)
        {
            // The sweep has ended and its documents are there: how it ended is what the exit code says.
            Terminal.Error($"The page could not be made, which is a defect of ours: {defect.GetType().Name}: {defect.Message} The results are whole; tell us of it with what this prints:\n  {Invocation.Command(["report", results.Sweep, .. place.Words])}");
        }
    }

    public static async Task<string> Page(StorePlace place, SweepResults results) =>
        HtmlReport.Write(results, new StoreFiles(place.Store), await Accounting(place.Store, results.Sweep));

    private static async Task<SweepAccounting?> Accounting(IArtifactStore store, string sweep)
    {
        try
        {
            return await store.ReadAsync(SweepDocuments.AccountingKey(sweep)) is { } stored ? SealJson.Parse<SweepAccounting>(stored.Bytes) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Blobs of a store; what is damaged counts as absent.</summary>
    private sealed class StoreFiles(IArtifactStore store) : IReportFiles
    {
        public byte[]? Blob(string sha256) =>
            store.ReadAsync(ArtifactKey.Blob(sha256)).GetAwaiter().GetResult() is { } stored && ArtifactKey.Sha256(stored.Bytes) == sha256 ? stored.Bytes : null;
    }
}
