using System.Diagnostics;
using Seal.Client.Clusters;
using Seal.Client.Display;
using Seal.Grains.Abstractions;
using Seal.Silo.Workers;
using Spectre.Console;

namespace Seal.Client.Sweeps;

/// <summary>Draws a sweep's progress until it no longer runs: a live table on a terminal, a line now and then elsewhere.</summary>
/// <param name="next">The status at the sweep's end, or as it is after a while; null if it is not there.</param>
/// <param name="sweep">Which.</param>
/// <param name="slots">Slots of this process.</param>
/// <param name="broken">Ends the watching with its exception; for a host that cannot write its store.</param>
/// <param name="forecast">What it may take; null where nothing was measured.</param>
/// <param name="reading">Its documents, for what the status does not say; null for the status alone.</param>
/// <param name="hosts">This process hosts the sweep: while it is paused it waits here for somebody to let it go on.</param>
internal sealed class SweepWatch(
    Func<TimeSpan, CancellationToken, Task<SweepStatus?>> next,
    string sweep,
    IReadOnlyList<DeviceWorker> slots,
    Task broken,
    Forecast? forecast = null,
    BackgroundReading? reading = null,
    bool hosts = false
)
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(500);

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Silence _silence = new();

    /// <param name="grid">Hosted here or attached to.</param>
    /// <param name="sweep">Which.</param>
    /// <param name="broken">As above.</param>
    /// <param name="reading">As above.</param>
    /// <param name="forecast">As above.</param>
    public static SweepWatch Of(Grid grid, string sweep, Task broken, BackgroundReading reading, Forecast? forecast = null) =>
        new(
            async (patience, cancellation) =>
                await Look(grid, sweep, patience, cancellation) is { } status
                    // Here nobody can mend it while the sweep waits: this process holds the store.
                    ? status.Refused is { } refused && grid.Host is not null
                        ? throw new CommandException(
                            ExitCode.Unreachable,
                            $"The sweep '{sweep}' cannot go on over this store: {refused}\nWhat was committed is kept."
                        )
                        : status
                    : null,
            sweep,
            grid.Host?.Workers ?? [],
            broken,
            forecast,
            reading,
            grid.Host is not null
        );

    /// <summary>The status at the sweep's end, or after a while. A sweep that stands answers at once: then the while is spent here.</summary>
    private static async Task<SweepStatus?> Look(Grid grid, string sweep, TimeSpan patience, CancellationToken cancellation)
    {
        var status = await grid.Sweep(sweep).WaitForEnd(patience, cancellation);
        if (status is { State: SweepState.Paused } && grid.Host is not null)
        {
            await Task.Delay(patience < Refresh ? patience : Refresh, cancellation);
        }

        return status;
    }

    /// <exception cref="OperationCanceledException">Interrupted.</exception>
    public async Task<SweepStatus> ToEnd(SweepStatus status, CancellationToken cancellation)
    {
        var left = new TimeLeft(forecast);
        if (Terminal.IsLive && Moves(status))
        {
            await Terminal
                .Human.Live(Picture(status, left))
                .Overflow(VerticalOverflow.Ellipsis)
                .Cropping(VerticalOverflowCropping.Bottom)
                .StartAsync(async live =>
                {
                    while (Moves(status))
                    {
                        status = await Next(status, Refresh, cancellation);
                        live.UpdateTarget(Picture(status, left));
                    }
                });
            return status;
        }

        for (var due = TimeSpan.Zero; Moves(status); )
        {
            var now = _watch.Elapsed;
            if (now >= due)
            {
                Terminal.Say(StatusView.OneLine(status, now, left.Of(status, now)));
                due = now + LineEvery(now);
            }

            // A sweep answers after twenty seconds at most, whatever is asked of it.
            status = await Next(status, due - now, cancellation);
        }

        return status;
    }

    /// <summary>A log of a short run shows its course, one of a night's has not thousands of lines.</summary>
    private static TimeSpan LineEvery(TimeSpan elapsed) =>
        TimeSpan.FromSeconds(
            elapsed.TotalMinutes switch
            {
                < 1 => 5,
                < 10 => 15,
                _ => 60,
            }
        );

    private bool Moves(SweepStatus status) =>
        status.State is SweepState.Running or SweepState.Stopping || (hosts && status.State == SweepState.Paused);

    private Spectre.Console.Rendering.IRenderable Picture(SweepStatus status, TimeLeft left)
    {
        var (view, profile) = (reading?.Last, Terminal.Human.Profile);
        return WatchView.Draw(status, slots, _watch.Elapsed, left.Of(status, _watch.Elapsed) ?? view?.Left, view, profile.Width, profile.Height);
    }

    /// <returns>The last one where the call ran into its time limit: the processes may have stood still (Ctrl-Z, a closed laptop), and go
    /// on.</returns>
    private async Task<SweepStatus> Next(SweepStatus last, TimeSpan patience, CancellationToken cancellation)
    {
        try
        {
            var coming = next(patience, cancellation);
            await Task.WhenAny(coming, broken).WaitAsync(cancellation);
            if (broken.IsCompleted)
            {
                await broken;
            }

            var status = await coming;
            _silence.Ends();
            return status ?? throw new CommandException(ExitCode.NotFoundOrConflict, $"The sweep '{sweep}' is no longer there.");
        }
        catch (TimeoutException late)
        {
            _silence.Lasts($"The sweep '{sweep}'", late);
            return last;
        }
    }
}
