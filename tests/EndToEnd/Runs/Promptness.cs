using System.Diagnostics;
using Seal.EndToEnd.Support;

namespace Seal.EndToEnd.Runs;

/// <summary>
/// Promises about time are for a machine that has time. On a crowded one everything takes longer: what is measured may then exceed its promise as
/// many times as a start of the console, right after, exceeds the time that it takes on a quiet machine. On such a machine the promise is the bound.
/// </summary>
internal static class Promptness
{
    private static readonly TimeSpan QuietStart = TimeSpan.FromSeconds(0.2);

    /// <param name="took">What was measured just before.</param>
    /// <param name="promise">What is promised.</param>
    public static async Task Check(TimeSpan took, TimeSpan promise)
    {
        if (took < promise)
        {
            return;
        }

        var since = Stopwatch.GetTimestamp();
        await SealProcess.Run(["--version"]);
        var start = Stopwatch.GetElapsedTime(since);
        Assert.True(
            took < promise * Math.Max(1, start / QuietStart),
            $"It took {took}, promised are {promise}, and a start of the console takes {start}."
        );
    }
}
