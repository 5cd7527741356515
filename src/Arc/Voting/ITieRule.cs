namespace Seal.Arc.Voting;

/// <summary>Who is ahead of equals. The only rule in use is <see cref="FirstAppearance"/>; the reference's, hash order, is replayed by
/// tests.</summary>
internal interface ITieRule
{
    /// <summary>The different items, most frequent first. A rule may name an item twice among the first three: its place is then empty.</summary>
    IReadOnlyList<T> Rank<T>(IReadOnlyList<T> items)
        where T : notnull;

    /// <summary>Whose candidates are counted first: the place of a category, smaller ones ahead, equal ones as they appear.</summary>
    int Place(string category);

    /// <summary>Of two answers with equally many candidates, whether the one ranked third gets the second place, by their counts in plain
    /// views.</summary>
    bool PrefersThird(int secondInPlainViews, int thirdInPlainViews);
}

/// <summary>What appears first is ahead, plain views before others, and plain views decide who comes second.</summary>
internal sealed class FirstAppearance : ITieRule
{
    public static FirstAppearance Rule { get; } = new();

    public IReadOnlyList<T> Rank<T>(IReadOnlyList<T> items)
        where T : notnull
    {
        var counts = new Dictionary<T, int>();
        foreach (var item in items)
        {
            counts[item] = counts.GetValueOrDefault(item) + 1;
        }

        // Distinct keeps the order of appearance, and OrderByDescending is stable.
        return [.. items.Distinct().OrderByDescending(item => counts[item])];
    }

    public int Place(string category) => category == TwoLevelVote.PlainCategory ? 0 : 1;

    public bool PrefersThird(int secondInPlainViews, int thirdInPlainViews) => thirdInPlainViews > secondInPlainViews;
}
