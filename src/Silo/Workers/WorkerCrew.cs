using Seal.Core.Artifacts;
using Seal.Core.Slots;
using Seal.Silo.Judging;

namespace Seal.Silo.Workers;

/// <summary>What the slots of one silo share: their health, how long they may go on when the silo stops, and when a job counts as stuck.</summary>
public sealed class WorkerCrew(int slots)
{
    private readonly Lock _gate = new();
    private SlotHealth _health = SlotHealth.Start(slots);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>No slow start and no draining: for a host whose only silo this is.</summary>
    public bool AlwaysOpen { get; init; }

    /// <summary>How long a running job may go on after the silo was asked to stop.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.Zero;

    /// <summary>Candidates' adapters are written to the store.</summary>
    public bool KeepsAdapters { get; init; }

    /// <summary>
    /// Jobs wait for a store, or an owner, that is away for as long as their leases hold. Not on a host that ends when its store refuses a write.
    /// </summary>
    public bool WaitsForStore { get; init; }

    /// <summary>A job without progress for this long is stuck; null: never.</summary>
    public TimeSpan? StuckAfter { get; init; }

    /// <summary>The same before the first progress.</summary>
    public TimeSpan FirstStepGrace { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Documents that jobs name by their hash, for all slots.</summary>
    public DocumentCache Documents { get; init; } = new();

    /// <summary>Judges answers where sweeps want it; null where this process has no judge.</summary>
    public IModelJudge? Judge { get; init; }

    /// <summary>The silo was asked to stop: no slot takes work any more.</summary>
    public CancellationToken Stopping { get; init; }

    public SlotHealth Health
    {
        get
        {
            lock (_gate)
            {
                return _health;
            }
        }
    }

    /// <summary>Ends when the slot may take work.</summary>
    public async Task MayTake(int slot, CancellationToken cancellation)
    {
        while (!AlwaysOpen)
        {
            Task changed;
            lock (_gate)
            {
                if (_health.MayTake(slot))
                {
                    return;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellation);
        }
    }

    public void Succeeded() => Change(health => health.Succeeded());

    /// <returns>The health after it.</returns>
    public SlotHealth Failed(string job, string reason) => Change(health => health.Failed(job, reason));

    private SlotHealth Change(Func<SlotHealth, SlotHealth> change)
    {
        lock (_gate)
        {
            _health = change(_health);
            var changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            changed.TrySetResult();
            return _health;
        }
    }
}
