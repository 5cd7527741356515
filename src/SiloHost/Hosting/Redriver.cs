using Orleans.Runtime;
using Seal.Cluster.Hosting;
using Seal.Core.Artifacts;
using Seal.Grains.Abstractions;
using Seal.Grains.Jobs;

namespace Seal.SiloHost.Hosting;

/// <summary>
/// Sees to it that every unfinished sweep has somebody who drives it: after the death of the silo that had it, and after a start of the whole
/// cluster. All control silos do it; the call changes nothing where the sweep is driven already.
/// </summary>
internal sealed partial class Redriver(
    IArtifactStore store,
    IGrainFactory grains,
    GridServices grid,
    ISiloStatusOracle members,
    TimeProvider time,
    ILogger<Redriver> logger
) : BackgroundService, ISiloStatusListener
{
    private const string Folder = "grains/sweep/";
    private const string Extension = ".json";
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private TaskCompletionSource _death = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Somebody went down: its sweeps are taken over at once, and every grain here looks for what it lost.</summary>
    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        if (status == SiloStatus.Dead)
        {
            grid.Pulse.Beat();
            _death.TrySetResult();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        var rounds = new SweepRounds(
            Names,
            name => grains.GetGrain<ISweepGrain>(name).Redrive(),
            (name, failure) => LogSweepFailed(logger, failure, name)
        );
        members.SubscribeToSiloStatusEvents(this);
        using var timer = new PeriodicTimer(Period, time);
        var tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await rounds.Once(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(logger, failure);
            }

            await Task.WhenAny(tick, _death.Task);
            if (tick.IsCompleted)
            {
                tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
            }

            if (_death.Task.IsCompleted)
            {
                _death = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                rounds.WakeAll();
            }
        }

        members.UnSubscribeFromSiloStatusEvents(this);
    }

    private async Task<IReadOnlyList<string>> Names(CancellationToken cancellation) =>
        [
            .. (await store.ListAsync(Folder, cancellation))
                .Where(key => key.EndsWith(Extension, StringComparison.Ordinal))
                .Select(key => key[Folder.Length..^Extension.Length]),
        ];

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not look after the sweeps, will try again")]
    private static partial void LogFailed(ILogger logger, Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Sweep}: could not look after it, will try again")]
    private static partial void LogSweepFailed(ILogger logger, Exception failure, string sweep);
}
