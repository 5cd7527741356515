using Seal.Grains.Abstractions;

namespace Seal.Client.Sweeps;

/// <summary>
/// How long a sweep may still take: the forecast at first, more and more the pace that it has shown in this process. Progress is counted in
/// optimizer steps; trials that the store has already take none, so how far the runs are counts too.
/// </summary>
/// <param name="forecast">Null where nothing was measured: nothing is said then.</param>
internal sealed class TimeLeft(Forecast? forecast)
{
    /// <summary>A sweep that is taken up again first finds what is done already: that is not its pace.</summary>
    private static readonly TimeSpan TakingUp = TimeSpan.FromMinutes(1);

    private (TimeSpan At, double Done)? _from;

    public TimeSpan? Of(SweepStatus status, TimeSpan elapsed)
    {
        if (forecast is null || forecast.Steps <= 0)
        {
            return null;
        }

        var done = Math.Min(
            1,
            Math.Max(status.Accounting.Steps / forecast.Steps, status.Runs.Sum(run => forecast.Shares.GetValueOrDefault(run.Run) * Share(run)))
        );
        if (elapsed >= TakingUp)
        {
            _from ??= (elapsed, done);
        }

        if (_from is not { } from || done <= from.Done)
        {
            return forecast.Total * (1 - done);
        }

        var here = done - from.Done;
        var trust = Math.Min(1, 4 * here);
        return (forecast.Total * (1 - done) * (1 - trust)) + ((elapsed - from.At) / here * (1 - done) * trust);
    }

    /// <summary>How far a run is, 0..1, its phases taken as equally long.</summary>
    private static double Share(RunProgress run) =>
        run.Ended ? 1 : (run.PhaseIndex + (run.CandidatesDone / (double)Math.Max(1, run.Candidates))) / Math.Max(1, run.Phases);
}
