using System.Text.Json;
using Seal.Client.Sweeps;
using Seal.Core.Files;
using Seal.Core.Json;
using Seal.Core.Results;
using Seal.Core.Versions;

namespace Seal.Client.Reporting;

/// <summary>Results as a user names them: a sweep of the store, or a <c>results.json</c> (or the folder that holds one) from anywhere.</summary>
internal static class FinishedResults
{
    /// <exception cref="CommandException">No such sweep or file (4), no results yet (4), damaged (5), or which sweep (2).</exception>
    public static async Task<SweepResults> Read(StorePlace place, string? named)
    {
        if (named is not null && (named.EndsWith(".json", StringComparison.Ordinal) || Directory.Exists(named)))
        {
            return FromFile(Directory.Exists(named) ? Path.Combine(named, "results.json") : named);
        }

        var stored = StoredSweeps.Open(place);
        var name = await stored.Choose(named);
        return await SweepOutcome.Results(place, await stored.Status(name))
            ?? throw new CommandException(
                ExitCode.NotFoundOrConflict,
                $"The sweep {name} has not ended yet, so it has no results. See how far it is, or go on with it if no process runs it:\n  "
                    + $"{place.Command("status", name)}\n  {place.Command("resume", name)}"
            );
    }

    private static SweepResults FromFile(string path)
    {
        try
        {
            var results = SealJson.Parse<SweepResults>(UserFile.ReadAllBytes(path));
            return results is { Sweep.Length: > 0, Model: not null, NumericClass: not null, Training: not null, Evaluation: not null, Runs: not null }
                ? results
                : throw new CommandException(
                    ExitCode.Usage,
                    $"{path}: is JSON, but no results.json of a sweep; expected that of a sweep that has ended, or the sweep's name."
                );
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException(
                ExitCode.NotFoundOrConflict,
                $"{path}: there is no such file; expected the results.json of a sweep that has ended, or the sweep's name.",
                missing
            );
        }
        catch (JsonException wrong)
        {
            throw new CommandException(
                ExitCode.Usage,
                SealJson.UnknownKey(wrong) is { } unknown
                    ? $"{path}: was written by a newer build: key {unknown} is not known to this build ({SealBuild.Id})."
                    : $"{path}: is no results.json of a sweep: {wrong.Message}",
                wrong
            );
        }
    }
}
