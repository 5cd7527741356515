using Seal.Grains.Abstractions;

namespace Seal.Client.Sweeps;

/// <summary>How long a sweep may still take: the forecast at first, more and more the pace that it has shown in this process. Progress is counted in optimizer steps.</summary>
/// <param name="forecast">Null where nothing was measured: nothing is said then.</param>
internal sealed class TimeLeft(Forecast? forecast)
{
    /// <summary>A sweep that is taken up again first finds what is done already: that is not its pace.</summary>
    private static readonly TimeSpan TakingUp = TimeSpan.FromMinutes(1);

    private (TimeSpan At, long Steps)? _from;

    public TimeSpan? Of(SweepStatus status, TimeSpan elapsed)
    {
        if (forecast is null || forecast.Steps <= 0)
        {
            return null;
        }

        var steps = status.Accounting.Steps;
        if (elapsed >= TakingUp)
        {
            _from ??= (elapsed, steps);
        }

        var left = Math.Max(0, forecast.Steps - steps) / forecast.Steps;
        if (_from is not { } from || steps <= from.Steps)
        {
            return forecast.Total * left;
        }

        var here = (steps - from.Steps) / forecast.Steps;
        var trust = Math.Min(1, 4 * here);
        return (forecast.Total * left * (1 - trust)) + ((elapsed - from.At) / here * left * trust);
    }
}
