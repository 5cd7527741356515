using Seal.Arc.Augmentations;
using Seal.Arc.Tasks;

namespace Seal.Arc.Voting;

/// <summary>
/// The paper's vote: within all ballots and within each category of views three candidates are chosen, and the candidates vote again.
/// Ties, which the reference breaks by hash order, go to the answer more frequent in plain views, then to the one that appears first.
/// </summary>
public static class TwoLevelVote
{
    /// <summary>The category of views whose grids are not mapped.</summary>
    public static string PlainCategory { get; } = new Identity().Name;

    /// <summary>The two best answers; both null without ballots, equal where only one answer is ever a candidate.</summary>
    public static Attempts Count(IReadOnlyList<Ballot> ballots)
    {
        if (ballots.Count == 0)
        {
            return new Attempts(null, null);
        }

        // Plain first, the others as they appear: a category is counted whatever its name, so that a new kind of view needs nothing here.
        var categories = ballots.GroupBy(ballot => ballot.Category, ballot => ballot.Answer, StringComparer.Ordinal)
            .OrderBy(category => category.Key == PlainCategory ? 0 : 1)
            .Select(category => category.ToList())
            .ToList();
        var candidates = new List<Grid>();
        foreach (var answers in categories.Prepend([.. categories.SelectMany(answers => answers)]))
        {
            var (one, two, three) = Majority.Candidates(answers);
            candidates.AddRange([one, two, three]);
        }

        var (first, second, third) = Majority.Candidates(candidates);
        var tied = candidates.Count(second.Equals) == candidates.Count(third.Equals);
        return new Attempts(first, tied && !third.Equals(first) && Plain(third) > Plain(second) ? third : second);

        int Plain(Grid answer) => ballots.Count(ballot => ballot.Category == PlainCategory && ballot.Answer.Equals(answer));
    }
}
