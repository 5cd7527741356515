using Orleans.Runtime;
using Seal.Grains.Abstractions;

namespace Seal.Grains.Jobs;

/// <summary>Why a grain could not go on, for people.</summary>
internal static class StuckReason
{
    private const int Longest = 400;

    /// <param name="where">The grain's key.</param>
    /// <param name="failure">What it failed with.</param>
    public static StuckGrain Of(string where, Exception failure) => new(where, Line(failure), Told(failure) is InvalidDataException);

    /// <summary>
    /// The message of the outermost exception that is not Orleans' own. Orleans wraps what happens while a grain's state is read; further in are
    /// details of ours, for the log.
    /// </summary>
    private static Exception Told(Exception failure)
    {
        var told = failure;
        while (told is OrleansException or AggregateException && told.InnerException is { } inner)
        {
            told = inner;
        }

        return told;
    }

    private static string Line(Exception failure)
    {
        var line = Told(failure).Message.ReplaceLineEndings(" ");
        return line.Length <= Longest ? line : line[..Longest] + "…";
    }
}
