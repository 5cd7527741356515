using System.Diagnostics;
using Seal.EndToEnd.Support;

namespace Seal.EndToEnd.Runs;

/// <summary>
/// Promises about time are for a machine that has time. On a crowded one everything takes longer, so what is measured may take as long as the promise or as some starts of the console take
/// at that moment, whichever is longer; on a quiet one a start takes a fifth of a second.
/// </summary>
internal static class Promptness
{
    private const int Starts = 10;

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
        Assert.True(took < Starts * start, $"It took {took}, promised are {promise}, and a start of the console takes {start}.");
    }
}
