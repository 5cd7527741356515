using Seal.Grains.Abstractions;

namespace Seal.Client.Sweeps;

/// <summary>How long a sweep may still take: the forecast at first, more and more the pace that it has shown in this process. Progress is counted in optimizer steps.</summary>
/// <param name="forecast">Null where nothing was measured: nothing is said then.</param>
/// <param name="stepsBefore">Steps that were done when this process took the sweep up.</param>
internal sealed class TimeLeft(Forecast? forecast, long stepsBefore)
{
    public TimeSpan? Of(SweepStatus status, TimeSpan elapsed)
    {
        if (forecast is null || forecast.Steps <= 0)
        {
            return null;
        }

        var left = Math.Max(0, forecast.Steps - status.Accounting.Steps) / forecast.Steps;
        var here = Math.Max(0, status.Accounting.Steps - stepsBefore) / forecast.Steps;
        var trust = Math.Min(1, 4 * here);
        return here <= 0 ? forecast.Total * left : (forecast.Total * left * (1 - trust)) + (elapsed / here * left * trust);
    }
}
