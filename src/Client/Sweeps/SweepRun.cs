using System.Diagnostics;
using Seal.Client.Display;
using Seal.Core.Artifacts;
using Seal.Core.Json;
using Seal.Core.Results;
using Seal.Grains.Abstractions;
using Seal.Grains.Sweeps;
using Seal.Silo.Workers;
using Spectre.Console;

namespace Seal.Client.Sweeps;

/// <summary>One sweep, hosted and watched in this process until it ends, is interrupted, or the store refuses to be written.</summary>
internal sealed class SweepRun(LoadedSweep sweep, string root, int workers, bool json, string resume)
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource<IOException> _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    public async Task<int> ToEnd(CancellationToken cancellation)
    {
        Terminal.Say($"sweep {sweep.Spec.Name}: {sweep.Runs.Count} runs, {sweep.Training.Count} training and {sweep.Evaluation.Count} evaluation tasks, {workers} workers, store {root}");
        await using var grid = await Grid.HostHere(
            root, sweep.Spec.Name, sweep.Engine, workers, refused => _refused.TrySetResult(refused), cancellation);
        try
        {
            var status = await Submit(grid, cancellation);
            status = await Watch(grid, status, cancellation);
            return await SweepOutcome.Print(root, status, json);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return await Detach(grid);
        }
        catch (Exception) when (_refused.Task.IsCompleted)
        {
            throw Refused();
        }
    }

    private async Task<SweepStatus> Submit(Grid grid, CancellationToken cancellation)
    {
        var reply = await grid.Submit(sweep, root, cancellation);
        if (reply.Status is { } status)
        {
            return status;
        }

        throw new CommandException(
            ExitCode.NotFoundOrConflict,
            $"The store {root} already has a sweep '{sweep.Spec.Name}' that is not this one (stored → asked):\n  {string.Join("\n  ", reply.Differences)}\n"
            + "Give this one another name (--set name=…), or use another --store.");
    }

    private async Task<SweepStatus> Watch(Grid grid, SweepStatus status, CancellationToken cancellation)
    {
        IReadOnlyList<DeviceWorker> slots = grid.Host!.Workers;
        if (Terminal.Human.Profile.Capabilities.Interactive && Terminal.Human.Profile.Out.IsTerminal)
        {
            await Terminal.Human.Live(StatusView.Progress(status, slots, _watch.Elapsed)).AutoClear(false).StartAsync(async live =>
            {
                while (status.State == SweepState.Running)
                {
                    status = await Next(grid, Refresh, cancellation);
                    live.UpdateTarget(StatusView.Progress(status, slots, _watch.Elapsed));
                }
            });
            return status;
        }

        while (status.State == SweepState.Running)
        {
            Terminal.Say(StatusView.OneLine(status, _watch.Elapsed));
            status = await Next(grid, LineEvery, cancellation);
        }

        return status;
    }

    private async Task<SweepStatus> Next(Grid grid, TimeSpan patience, CancellationToken cancellation)
    {
        var next = grid.Sweep(sweep.Spec.Name).WaitForEnd(patience, cancellation);
        await Task.WhenAny(next, _refused.Task).WaitAsync(cancellation);
        return _refused.Task.IsCompleted ? throw Refused() : (await next)!;
    }

    /// <summary>Hands running jobs back, but never for longer than a user waits after Ctrl-C: what is not handed back is taken back at the next start.</summary>
    private async Task<int> Detach(Grid grid)
    {
        Terminal.Say($"Interrupted. Nothing that was committed is lost; go on with:\n  {resume}");
        await Task.WhenAny(grid.DisposeAsync().AsTask(), Task.Delay(TimeSpan.FromSeconds(1.2), CancellationToken.None));
        await Console.Error.FlushAsync(CancellationToken.None);
        Seal.Models.Engine.TorchExit.Now(ExitCode.Detached);
        return ExitCode.Detached;
    }

    private CommandException Refused() => new(
        ExitCode.Unreachable,
        $"The store {root} cannot be written: {_refused.Task.Result.Message}\nNothing in it is damaged. Make room (or mend the permissions) and go on with:\n  {resume}");
}

/// <summary>What is printed when a sweep has ended.</summary>
internal static class SweepOutcome
{
    public static async Task<int> Print(string root, SweepStatus status, bool json)
    {
        var store = new DirectoryArtifactStore(root);
        var results = await store.ReadAsync(SweepDocuments.ResultsKey(status.Sweep)) is { } stored ? SealJson.Parse<SweepResults>(stored.Bytes) : null;
        if (results is not null)
        {
            Terminal.Human.Write(StatusView.Results(ResultTable.Of(results.Runs)));
            Terminal.Say($"report     {Path.Combine(root, SweepDocuments.ReportKey(status.Sweep))}");
            Terminal.Say($"results    {Path.Combine(root, SweepDocuments.ResultsKey(status.Sweep))}  sha256 {status.ReportSha256}");
            Terminal.Say($"accounting {Path.Combine(root, SweepDocuments.AccountingKey(status.Sweep))}");
            Terminal.Say($"artifacts  {Path.Combine(root, "blobs")} (adapters, losses, predictions by SHA-256)");
        }

        foreach (var run in status.Runs.Where(run => run.Problem is not null))
        {
            Terminal.Error($"{run.Run} is incomplete: {run.Problem}");
        }

        if (json)
        {
            Terminal.Document(SweepDocument.Of(status, results));
        }

        return status.State switch
        {
            SweepState.Completed => ExitCode.Ok,
            SweepState.Cancelled => ExitCode.Detached,
            _ => ExitCode.Failures,
        };
    }
}
