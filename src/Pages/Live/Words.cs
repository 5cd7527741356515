using Seal.Grains.Abstractions;

namespace Seal.Pages.Live;

/// <summary>One word for each state, the console's.</summary>
internal static class Words
{
    /// <summary>Of a sweep that has not ended and that no process runs.</summary>
    public const string Interrupted = "interrupted";

    public static string Of(SweepState state) => state.ToString().ToLowerInvariant();

    public static string Of(Standing standing) =>
        standing switch
        {
            Standing.Asked => "not written yet",
            Standing.Tried => "tried, not solved",
            Standing.GivenUp => "given up",
            Standing.Written => "written, not tried",
            _ => standing.ToString().ToLowerInvariant(),
        };
}
