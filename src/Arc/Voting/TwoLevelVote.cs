using Seal.Arc.Augmentations;
using Seal.Arc.Tasks;

namespace Seal.Arc.Voting;

/// <summary>
/// The paper's vote: within all ballots and within each category of views three candidates are chosen, and the candidates vote again.
/// The reference breaks ties by hash order, and may lose one of two equals altogether; here they go to the answer that appears first,
/// and for the second place to the one more frequent in plain views.
/// </summary>
internal static class TwoLevelVote
{
    /// <summary>The category of views whose grids are not mapped.</summary>
    public static string PlainCategory { get; } = new Identity().Name;

    /// <summary>The two best answers; both null without ballots, equal where only one answer is ever a candidate.</summary>
    public static Attempts Count(IReadOnlyList<Ballot> ballots) => Count(ballots, FirstAppearance.Rule);

    internal static Attempts Count(IReadOnlyList<Ballot> ballots, ITieRule ties)
    {
        if (ballots.Count == 0)
        {
            return new Attempts(null, null);
        }

        // A category is counted whatever its name, so that a new kind of view needs nothing here.
        var categories = ballots
            .GroupBy(ballot => ballot.Category, ballot => ballot.Answer, StringComparer.Ordinal)
            .OrderBy(category => ties.Place(category.Key))
            .Select(category => category.ToList());
        var candidates = new List<Grid>();
        foreach (var answers in categories.Prepend([.. ballots.Select(ballot => ballot.Answer)]))
        {
            var (one, two, three) = Majority.Candidates(answers, ties);
            candidates.AddRange([one, two, three]);
        }

        var (first, second, third) = Majority.Candidates(candidates, ties);
        var tied = candidates.Count(second.Equals) == candidates.Count(third.Equals);
        return new Attempts(first, tied && !third.Equals(first) && ties.PrefersThird(InPlainViews(second), InPlainViews(third)) ? third : second);

        int InPlainViews(Grid answer) => ballots.Count(ballot => ballot.Category == PlainCategory && ballot.Answer.Equals(answer));
    }
}
