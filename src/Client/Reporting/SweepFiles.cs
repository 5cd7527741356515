using System.Text;
using Seal.Client.Sweeps;
using Seal.Core.Results;
using Seal.Core.Tables;
using Seal.Grains.Sweeps;
using Seal.Reports.Parquet;

namespace Seal.Client.Reporting;

/// <summary>A file that should lie beside a sweep's results and does not.</summary>
/// <param name="File">Where it would be.</param>
/// <param name="Why">What the disk or the store said.</param>
internal sealed record NotWritten(string File, string Why);

/// <summary>The files that a finished sweep leaves for people: which are there, and which could not be written. No other place names them.</summary>
internal sealed class SweepFiles
{
    private readonly StorePlace _place;
    private readonly string _sweep;
    private readonly HashSet<string> _there;
    private readonly List<(string Key, NotWritten File)> _refused = [];

    private SweepFiles(StorePlace place, string sweep, IEnumerable<string> there) =>
        (_place, _sweep, _there) = (place, sweep, there.ToHashSet(StringComparer.Ordinal));

    public IReadOnlyList<NotWritten> NotWritten => [.. _refused.Select(refused => refused.File)];

    /// <summary>Whether one could not be made, which is a defect of ours.</summary>
    public bool HasDefect { get; private set; }

    /// <summary>Looks at what is there; writes nothing.</summary>
    public static async Task<SweepFiles> Look(StorePlace place, SweepResults results)
    {
        var folder = SweepDocuments.ResultsKey(results.Sweep)[..^"results.json".Length];
        return new SweepFiles(place, results.Sweep, await place.Store.ListAsync(folder));
    }

    /// <summary>Writes the page and the reward table where they are missing.</summary>
    public static async Task<SweepFiles> Write(StorePlace place, SweepResults results)
    {
        var files = await Look(place, results);
        await files.Ensure(ReportFile.Key(results.Sweep), async () => Encoding.UTF8.GetBytes(await ReportFile.Page(place, results)));
        if (RewardTable.Of(results) is [var table, ..])
        {
            await files.Ensure(ReportFile.TableKey(results.Sweep), () => TableFile.Write(table, results));
        }

        return files;
    }

    /// <summary>What is told of them; what is not there is not named as if it were.</summary>
    public void Tell(string? reportSha256)
    {
        Tell("report", ReportFile.Key(_sweep), " (open it in a browser)", Invocation.Command(["report", _sweep, .. _place.Words]));
        Tell("", SweepDocuments.ReportKey(_sweep), "", _place.Command("resume", _sweep));
        Tell("results", SweepDocuments.ResultsKey(_sweep), $"\n{"", -10} sha256 {reportSha256}", _place.Command("resume", _sweep));
        Tell("accounting", SweepDocuments.AccountingKey(_sweep), "", _place.Command("resume", _sweep));
        if (_refused.Find(refused => refused.Key == ReportFile.TableKey(_sweep)).File is not null)
        {
            Tell(
                "table",
                ReportFile.TableKey(_sweep),
                "",
                Invocation.Command(["table", "export", _sweep, "--out", "table.parquet", .. _place.Words])
            );
        }

        if (_there.Contains(SweepDocuments.MetricsKey(_sweep)))
        {
            Tell("metrics", SweepDocuments.MetricsKey(_sweep), $" (and {SweepDocuments.TensorBoardName}/ beside it)", "");
        }

        Terminal.Tell($"{"artifacts", -10} {_place.Locate("blobs")} (adapters, losses, predictions by SHA-256)");
    }

    private void Tell(string what, string key, string rest, string later)
    {
        if (_there.Contains(key))
        {
            Terminal.Tell($"{what, -10} {_place.Locate(key)}{rest}");
            return;
        }

        var why = _refused.Find(refused => refused.Key == key).File?.Why;
        Terminal.Tell(
            $"{what, -10} {_place.Locate(key)} {(why is null ? "is not there" : $"was not written: {why.TrimEnd('.')}")}. Write it with:\n  {later}",
            "red",
            ""
        );
    }

    private async Task Ensure(string key, Func<Task<byte[]>> make)
    {
        if (_there.Contains(key))
        {
            return;
        }

        try
        {
            await _place.Store.WriteAsync(key, await make(), Core.Artifacts.WriteCondition.Always);
            _there.Add(key);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            _refused.Add((key, new NotWritten(_place.Locate(key), refused.Message)));
        }
        catch (Exception defect) when (defect is not OperationCanceledException)
        {
            // The sweep's own documents are whole.
            HasDefect = true;
            _refused.Add(
                (
                    key,
                    new NotWritten(
                        _place.Locate(key),
                        $"it could not be made, which is a defect of Seal.Orleans, please report it: {defect.GetType().Name}: {defect.Message}"
                    )
                )
            );
        }
    }
}
