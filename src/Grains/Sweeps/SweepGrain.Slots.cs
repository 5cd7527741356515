using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Seal.Core.Slots;
using Seal.Grains.Abstractions;

namespace Seal.Grains.Sweeps;

/// <summary>The half of a sweep that sees whether anybody computes for it.</summary>
public sealed partial class SweepGrain
{
    private SlotShortage? _shortage;

    /// <summary>Why the sweep waits, or null.</summary>
    private string? Waiting => state.State.State == SweepState.Running ? _shortage?.Problem : null;

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
            var silos = (await GrainFactory.GetGrain<ISlotsGrain>(0).All()).Where(silo => silo.NumericClasses.Contains(numericClass, StringComparer.Ordinal)).ToArray();
            _shortage.Note(silos.Sum(silo => silo.OpenSlots), silos.Sum(silo => silo.Slots), grid.Time.GetElapsedTime(0));
        }
        catch (Exception away) when (away is OrleansException or TimeoutException)
        {
            // The list's silo is going down: nothing is known for a moment, and the sweep goes on.
            LogSlotsUnknown(logger, away, Name);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Sweep}: could not ask who computes, will ask again")]
    private static partial void LogSlotsUnknown(ILogger logger, Exception failure, string sweep);
}
