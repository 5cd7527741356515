using Seal.Grains.Abstractions;

namespace Seal.Client.Sweeps;

/// <summary>How long a sweep may still take: the forecast at first, more and more the pace that it has shown in this process.</summary>
/// <param name="forecast">Null where nothing was measured: nothing is said then.</param>
/// <param name="jobsBefore">Jobs that were done when this process took the sweep up.</param>
internal sealed class TimeLeft(Forecast? forecast, int jobsBefore)
{
    public TimeSpan? Of(SweepStatus status, TimeSpan elapsed)
    {
        if (forecast is null || forecast.Jobs <= 0)
        {
            return null;
        }

        var left = Math.Max(0, forecast.Jobs - status.Accounting.Jobs) / forecast.Jobs;
        var here = Math.Max(0, status.Accounting.Jobs - jobsBefore) / forecast.Jobs;
        var byForecast = forecast.Total * left;
        return here <= 0 ? byForecast : (byForecast * (1 - Math.Min(1, 4 * here))) + (elapsed / here * left * Math.Min(1, 4 * here));
    }
}
