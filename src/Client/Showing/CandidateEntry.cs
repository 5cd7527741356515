using Seal.Pages.Live;

namespace Seal.Client.Showing;

/// <summary>A candidate in a document.</summary>
/// <param name="Index">Its place among its task's candidates.</param>
/// <param name="State">What became of it, e.g. <c>solved</c>.</param>
/// <param name="SelfEdit">The canonical self-edit; null where there is none (yet).</param>
/// <param name="Reward">Where its task has ended.</param>
/// <param name="TokenAccuracy">Share of the answer's tokens that were right, where it was tried.</param>
/// <param name="Reason">Why it came to nothing, or null.</param>
internal sealed record CandidateEntry(int Index, string State, string? SelfEdit, double? Reward, double? TokenAccuracy, string? Reason)
{
    public static CandidateEntry Of(CandidateView candidate) =>
        new(candidate.Index, Words.Of(candidate.Standing), candidate.Payload, candidate.Reward, candidate.Accuracy, candidate.Reason);
}
