using Seal.Core.Candidates;
using Seal.Grains.Abstractions;

namespace Seal.Pages.Live;

/// <summary>One word for each state, the console's.</summary>
internal static class Words
{
    public static string Of(SweepState state) => state.ToString().ToLowerInvariant();

    public static string Of(CandidateState state) =>
        state switch
        {
            CandidateState.Scored => "tried",
            CandidateState.Invalid => "invalid",
            CandidateState.Failed => "failed",
            _ => "given up",
        };
}
