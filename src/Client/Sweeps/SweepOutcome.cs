using System.Globalization;
using Seal.Client.Display;
using Seal.Client.Reporting;
using Seal.Core.Artifacts;
using Seal.Core.Gates;
using Seal.Core.Json;
using Seal.Core.Results;
using Seal.Core.Tables;
using Seal.Grains.Abstractions;
using Seal.Grains.Sweeps;

namespace Seal.Client.Sweeps;

/// <summary>What is printed when a sweep has ended.</summary>
internal static class SweepOutcome
{
    /// <param name="place">The store.</param>
    /// <param name="status">Where the sweep stands.</param>
    /// <param name="json">Print the document too.</param>
    /// <param name="resume">The command that goes on with a cancelled sweep.</param>
    /// <param name="files">Looks at the files for people, or writes those that are missing.</param>
    /// <param name="nothingToDo">Why there was nothing to do, where that is so.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> Print(
        StorePlace place,
        SweepStatus status,
        bool json,
        string resume,
        Func<StorePlace, SweepResults, Task<SweepFiles>> files,
        string? nothingToDo = null
    )
    {
        var results = await Results(place, status);
        var written = results is null ? null : await files(place, results);
        Show(status, results, written);
        if (status.State == SweepState.Cancelled)
        {
            Terminal.Tell($"The sweep {status.Sweep} was cancelled. Nothing that was committed is lost; go on with:\n  {resume}");
        }
        else if (status.State is SweepState.Paused or SweepState.Stopped)
        {
            Terminal.Tell($"The sweep {status.Sweep} is {StatusView.Word(status.State)}. Go on with:\n  {resume}");
        }

        if (json)
        {
            Terminal.Document(
                SweepDocument.Of(status, results) with
                {
                    NothingToDo = nothingToDo,
                    NotWritten = written is { NotWritten.Count: > 0 } ? written.NotWritten : null,
                }
            );
        }

        return Code(status.State, written);
    }

    /// <summary>The table and where the documents are.</summary>
    public static void Show(SweepStatus status, SweepResults? results, SweepFiles? files)
    {
        if (results is not null)
        {
            Terminal.Tell(StatusView.Results(ResultTable.Of([.. results.Runs, .. LookUpArms.Of(results)])));
            if (Refused(results) is { } refused)
            {
                Terminal.Tell(refused);
            }

            files?.Tell(status.ReportSha256);
        }

        foreach (var run in status.Runs.Where(run => run.Problem is not null))
        {
            Terminal.Tell($"{run.Run} is incomplete: {run.Problem}", "red", "");
        }
    }

    /// <summary>How many versions the gate refused; null for none.</summary>
    private static string? Refused(SweepResults results)
    {
        bool[] versions =
        [
            .. results.Runs.SelectMany(run =>
                run.Phases.Where(phase => phase is { Gate: not null, Phase.Number: > 0 })
                    .GroupBy(phase => phase.Phase.Number)
                    .Select(looks => looks.Any(phase => phase.Gate!.Outcome != GateOutcome.Promoted))
            ),
        ];
        var refused = versions.Count(isRefused => isRefused);
        return refused == 0
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"gate: {refused} of {Terminal.Count(versions.Length, "version")} refused (seal policy list --sweep {results.Sweep})"
            );
    }

    /// <summary>The stored results of a sweep that has ended; null before.</summary>
    /// <exception cref="CommandException">They are gone, or are not those that the sweep ended with.</exception>
    public static async Task<SweepResults?> Results(StorePlace place, SweepStatus status)
    {
        if (status.ReportSha256 is not { } sha256)
        {
            return null;
        }

        var key = SweepDocuments.ResultsKey(status.Sweep);
        return await place.Store.ReadAsync(key) is { } stored && ArtifactKey.Sha256(stored.Bytes) == sha256
            ? SealJson.Parse<SweepResults>(stored.Bytes)
            : throw new CommandException(
                ExitCode.Unreachable,
                $"{place.Locate(key)} is missing or has been altered. Write it again from the runs' records with:\n  "
                    + $"{place.Command("resume", status.Sweep)}"
            );
    }

    /// <summary>The exit code of a command that also writes files for people: that one is missing counts where nothing worse happened.</summary>
    private static int Code(SweepState state, SweepFiles? files) =>
        (Code(state), files) switch
        {
            (ExitCode.Ok, { HasDefect: true }) => ExitCode.Bug,
            (ExitCode.Ok, { NotWritten.Count: > 0 }) => ExitCode.Unreachable,
            var (code, _) => code,
        };

    /// <summary>The exit code of a command that followed a sweep to where it stands.</summary>
    public static int Code(SweepState state) =>
        state switch
        {
            SweepState.Completed => ExitCode.Ok,
            SweepState.Incomplete => ExitCode.Failures,
            _ => ExitCode.Detached,
        };
}
