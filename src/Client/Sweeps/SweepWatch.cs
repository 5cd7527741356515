using System.Diagnostics;
using Seal.Client.Display;
using Seal.Grains.Abstractions;
using Seal.Silo.Workers;
using Spectre.Console;

namespace Seal.Client.Sweeps;

/// <summary>Draws a sweep's progress until it no longer runs: a live table on a terminal, a line now and then elsewhere.</summary>
/// <param name="grid">Hosted here or attached to.</param>
/// <param name="sweep">Which.</param>
/// <param name="broken">Ends the watching with its exception; for a host that cannot write its store.</param>
internal sealed class SweepWatch(Grid grid, string sweep, Task broken)
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(5);

    private readonly Stopwatch _watch = Stopwatch.StartNew();

    private IReadOnlyList<DeviceWorker> Slots => grid.Host?.Workers ?? [];

    /// <exception cref="OperationCanceledException">Interrupted.</exception>
    public async Task<SweepStatus> ToEnd(SweepStatus status, CancellationToken cancellation)
    {
        if (Terminal.IsLive && status.State == SweepState.Running)
        {
            await Terminal.Human.Live(Picture(status)).Overflow(VerticalOverflow.Ellipsis).Cropping(VerticalOverflowCropping.Bottom).StartAsync(async live =>
            {
                while (status.State == SweepState.Running)
                {
                    status = await Next(Refresh, cancellation);
                    live.UpdateTarget(Picture(status));
                }
            });
            return status;
        }

        while (status.State == SweepState.Running)
        {
            Terminal.Say(StatusView.OneLine(status, _watch.Elapsed));
            status = await Next(LineEvery, cancellation);
        }

        return status;
    }

    private Spectre.Console.Rendering.IRenderable Picture(SweepStatus status) => StatusView.Progress(status, Slots, _watch.Elapsed);

    private async Task<SweepStatus> Next(TimeSpan patience, CancellationToken cancellation)
    {
        var next = grid.Sweep(sweep).WaitForEnd(patience, cancellation);
        await Task.WhenAny(next, broken).WaitAsync(cancellation);
        if (broken.IsCompleted)
        {
            await broken;
        }

        return await next ?? throw new CommandException(ExitCode.NotFoundOrConflict, $"The sweep '{sweep}' is no longer there.");
    }
}
