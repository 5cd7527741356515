using Seal.Client.Reporting;
using Seal.Client.Reporting.Metrics;
using Seal.Grains.Abstractions;
using Seal.Silo.Hosting;

namespace Seal.Client.Sweeps;

/// <summary>One sweep, hosted and watched in this process until it ends, is cancelled or interrupted, or the store refuses to be written.</summary>
/// <param name="Root">The store.</param>
/// <param name="Sweep">Name.</param>
/// <param name="Engine">What the workers run.</param>
/// <param name="Workers">Device slots.</param>
/// <param name="Json">End with a document.</param>
/// <param name="Resume">The command line that goes on with it.</param>
internal sealed record HostedSweep(string Root, string Sweep, EngineChoice Engine, int Workers, bool Json, string Resume)
{
    private static readonly TimeSpan HandBack = TimeSpan.FromSeconds(1.2);

    /// <summary>What it may take, where that was measured.</summary>
    public Forecast? Forecast { get; init; }

    /// <summary>The page that this process serves, or null.</summary>
    public LivePage? Page { get; init; }

    /// <summary>Why there is nothing to run, where the sweep had ended before.</summary>
    public string? EndedBefore { get; init; }

    private readonly TaskCompletionSource _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _closing;

    /// <param name="begin">Submits or resumes the sweep.</param>
    public async Task<int> ToEnd(Func<Grid, Task<SweepStatus>> begin, CancellationToken cancellation)
    {
        Grid grid;
        try
        {
            grid = await Grid.HostHere(Root, Sweep, Engine, Workers, Refuse, cancellation);
        }
        catch (Exception stopped) when (ProcessExit.IsStop(stopped, cancellation.IsCancellationRequested))
        {
            Terminal.Say($"Interrupted. Nothing that was committed is lost; go on with:\n  {Resume}");
            return ExitCode.Detached;
        }
        catch (IOException refused)
        {
            Refuse(refused);
            await _refused.Task;
            throw;
        }

        Page?.Show(grid, Sweep);
        using var ended = grid.Host?.Stopping.Register(() => Ended(grid.Host, cancellation));
        try
        {
            var status = await begin(grid).WaitAsync(cancellation);
            if (EndedBefore is not null)
            {
                Terminal.Say(
                    $"{NothingToDo.Words}{EndedBefore}; this is what it ended with. If code was changed since (a reward, say), give it another name."
                );
            }

            using var reading = new BackgroundReading(StorePlace.Folder(Root), Sweep);
            await using var metrics = LiveMetrics.Begin(Root, Sweep, TimeProvider.System);
            status = await SweepWatch.Of(grid, Sweep, _refused.Task, reading, Forecast).ToEnd(status, cancellation);
            await metrics.End(cancellation);
            return await SweepOutcome.Print(StorePlace.Folder(Root), status, Json, Resume, SweepFiles.Write, EndedBefore);
        }
        catch (Exception stopped) when (ProcessExit.IsStop(stopped, cancellation.IsCancellationRequested))
        {
            Terminal.Say($"Interrupted. Nothing that was committed is lost; go on with:\n  {Resume}");
            return ExitCode.Detached;
        }
        catch (Exception) when (_refused.Task.IsFaulted)
        {
            await _refused.Task;
            throw;
        }
        finally
        {
            await Close(grid, cancellation);
        }
    }

    /// <summary>
    /// Hands running jobs back. After Ctrl-C never for longer than a user waits, nor with a store that refuses to be written: what is not handed
    /// back is taken back at the next start.
    /// </summary>
    private async Task Close(Grid grid, CancellationToken cancellation)
    {
        _closing = true;
        if (Page is not null)
        {
            await Page.Close(atOnce: cancellation.IsCancellationRequested || _refused.Task.IsFaulted);
        }

        var closing = grid.DisposeAsync().AsTask();
        if (cancellation.IsCancellationRequested || _refused.Task.IsFaulted)
        {
            await Task.WhenAny(closing, Task.Delay(HandBack, CancellationToken.None));
            return;
        }

        // A second thought while closing must not hang either.
        await Task.WhenAny(closing, Task.Delay(Timeout.Infinite, cancellation));
    }

    /// <summary>The host ended by itself, and then nothing would ever happen again.</summary>
    private void Ended(SealHost host, CancellationToken interrupted)
    {
        if (!_closing && !interrupted.IsCancellationRequested)
        {
            _refused.TrySetException(
                new CommandException(
                    ExitCode.Bug,
                    $"The workers of this process ended{(host.Failure is { } failure ? $": {failure}\nThe" : "; the")} last lines of "
                        + $"{Path.Combine(Root, Grid.LogName)} say why. Nothing that was committed is lost; go on with:\n  {Resume}"
                )
            );
        }
    }

    private void Refuse(IOException refused) =>
        _refused.TrySetException(
            new CommandException(
                ExitCode.Unreachable,
                $"The store {Root} cannot be written: {refused.Message}\nNothing in it is damaged. Make room (or mend the permissions) and go on "
                    + $"with:\n  {Resume}"
            )
        );
}
