using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Seal.Core.Slots;
using Seal.Core.Steering;
using Seal.Grains.Abstractions;

namespace Seal.Grains.Sweeps;

/// <summary>The half of a sweep that sees whether it goes on: whether anybody computes for it, and what fails whenever it is tried.</summary>
public sealed partial class SweepGrain
{
    private SlotShortage? _shortage;
    private Standstill? _standstill;

    /// <summary>Why the sweep waits, or null.</summary>
    private string? Waiting =>
        state.State.State == SweepState.Running ? _shortage?.Problem ?? _standstill?.Problem(grid.Time.GetElapsedTime(0)) : null;

    private string? Refused => state.State.State == SweepState.Running ? _standstill?.Final(grid.Time.GetElapsedTime(0)) : null;

    public Task Stuck(StuckGrain stuck)
    {
        // A grain is asked at each look of its own and of its parents: what has not failed for four of them goes on.
        _standstill ??= new Standstill(grid.Options.SlotPatience, 4 * grid.Options.Redrive);
        _standstill.Note(stuck.Where, stuck.Why, stuck.IsFinal, grid.Time.GetElapsedTime(0));
        return Task.CompletedTask;
    }

    /// <summary>On a single machine the workers are in this very process: nobody announces them.</summary>
    private async Task LookForSlots(string numericClass)
    {
        if (grid.Options.ExclusiveHost)
        {
            return;
        }

        _shortage ??= new SlotShortage(numericClass, grid.Options.SlotPatience);
        try
        {
            var silos = (await GrainFactory.GetGrain<ISlotsGrain>(0).All())
                .Where(silo => silo.NumericClasses.Contains(numericClass, StringComparer.Ordinal))
                .ToArray();
            _shortage.Note(silos.Sum(silo => silo.OpenSlots), silos.Sum(silo => silo.Slots), grid.Time.GetElapsedTime(0));
        }
        catch (Exception away) when (away is OrleansException or TimeoutException)
        {
            // The list's silo is going down: nothing is known for a moment, and the sweep goes on.
            LogSlotsUnknown(logger, away, Name);
        }
    }

    /// <summary>Has the events say that the sweep waits, where a look at it failed before they could.</summary>
    private async Task WriteDownWaiting()
    {
        if (Waiting is null)
        {
            return;
        }

        try
        {
            await Observe();
        }
        catch (Exception failure)
        {
            // The store may be what fails; the status tells it all the same.
            LogDriveFailed(logger, failure, Name);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Sweep}: could not ask who computes, will ask again")]
    private static partial void LogSlotsUnknown(ILogger logger, Exception failure, string sweep);
}
