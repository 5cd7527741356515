using System.Collections.Concurrent;
using Seal.Grains.Telemetry;

namespace Seal.Grains.Jobs;

/// <summary>
/// Has every grain of this silo that has work under way look at it now, instead of at its next timer: somebody went down, and what it held, or
/// whom it hosted, is to be picked up. Looking too often changes nothing.
/// </summary>
public sealed class GridPulse
{
    private readonly ConcurrentDictionary<object, (Action Kick, TaskScheduler Turns)> _grains = new(ReferenceEqualityComparer.Instance);

    /// <summary>To be called in a turn of the grain; its kick will be run in one.</summary>
    public void Join(object grain, Action kick)
    {
        if (_grains.TryAdd(grain, (kick, TaskScheduler.Current)))
        {
            GridMeters.Driven(1);
        }
    }

    public void Leave(object grain)
    {
        if (_grains.TryRemove(grain, out _))
        {
            GridMeters.Driven(-1);
        }
    }

    /// <summary>How many have joined and not left.</summary>
    internal int Count => _grains.Count;

    public void Beat()
    {
        foreach (var (kick, turns) in _grains.Values)
        {
            _ = Task.Factory.StartNew(kick, CancellationToken.None, TaskCreationOptions.None, turns);
        }
    }
}
