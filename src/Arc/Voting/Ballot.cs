using Seal.Arc.Tasks;

namespace Seal.Arc.Voting;

/// <summary>One answer in the vote.</summary>
/// <param name="Answer">The answer, led back to the plain task.</param>
/// <param name="Category">The kind of view it was given under (<see cref="Views.ArcView.Category"/>); <see cref="TwoLevelVote.PlainCategory"/> for
/// unmapped ones.</param>
internal sealed record Ballot(Grid Answer, string Category);

/// <summary>Up to two answers to a test input, the better one first; null where there is none. They may be equal where all agree.</summary>
public sealed record Attempts(Grid? First, Grid? Second)
{
    /// <summary>True if either is the given grid.</summary>
    public bool Include(Grid truth) => truth.Equals(First) || truth.Equals(Second);
}
