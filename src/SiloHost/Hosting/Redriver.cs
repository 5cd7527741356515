using Orleans.Runtime;
using Seal.Core.Artifacts;
using Seal.Grains.Abstractions;
using Seal.Grains.Jobs;

namespace Seal.SiloHost.Hosting;

/// <summary>
/// Sees to it that every unfinished sweep has somebody who drives it: after the death of the silo that had it, and after a start of the whole
/// cluster. All control silos do it; the call changes nothing where the sweep is driven already.
/// </summary>
internal sealed partial class Redriver(IArtifactStore store, IGrainFactory grains, GridServices grid, ISiloStatusOracle members, TimeProvider time, ILogger<Redriver> logger)
    : BackgroundService, ISiloStatusListener
{
    private const string Folder = "grains/sweep/";
    private const string Extension = ".json";
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    /// <summary>Sweeps that had nothing to drive are asked again only after so many periods.</summary>
    private const int PeriodsAtRest = 15;

    private readonly Dictionary<string, int> _resting = new(StringComparer.Ordinal);

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
        members.SubscribeToSiloStatusEvents(this);
        using var timer = new PeriodicTimer(Period, time);
        var tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Once(stoppingToken);
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
                _resting.Clear();
            }
        }

        members.UnSubscribeFromSiloStatusEvents(this);
    }

    private async Task Once(CancellationToken cancellation)
    {
        foreach (var key in await store.ListAsync(Folder, cancellation))
        {
            if (!key.EndsWith(Extension, StringComparison.Ordinal) || (_resting.TryGetValue(key, out var left) && left > 0))
            {
                _resting[key] = _resting.GetValueOrDefault(key) - 1;
                continue;
            }

            var name = key[Folder.Length..^Extension.Length];
            _resting[key] = await grains.GetGrain<ISweepGrain>(name).Redrive() ? 0 : PeriodsAtRest;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not look after the sweeps, will try again")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}
