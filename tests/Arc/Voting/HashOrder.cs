using Seal.Arc.Tasks;
using Seal.Arc.Voting;

namespace Seal.Arc.Tests.Voting;

/// <summary>
/// The reference's way with ties, to replay its votes exactly: it walks through Python sets of tuples, whose order follows from CPython's
/// hash of tuples of small integers (xxHash-like, without a random part) and its open addressing; takes the first most frequent item for the
/// first place (argmax), and the ends of a stable ascending sort for the others (argsort), so that one of two equals at the top gets both.
/// </summary>
internal sealed class HashOrder : ITieRule
{
    private static readonly string[] Categories = [TwoLevelVote.PlainCategory, "Transpose()", "Flip(0)", "Flip(1)", "Rotate(180)", "Rotate(270)"];

    public int Place(string category) => Array.IndexOf(Categories, category);

    public IReadOnlyList<T> Rank<T>(IReadOnlyList<T> items)
        where T : notnull
    {
        var order = SetOrder(items);
        var ascending = order.OrderBy(item => items.Count(other => item.Equals(other))).ToList();
        var most = order.First(item => items.Count(other => item.Equals(other)) == items.Count(other => ascending[^1].Equals(other)));
        return [most, .. ascending.AsEnumerable().Reverse().Skip(1)];
    }

    /// <summary>Where plain views see both equally often, the reference takes the third, which its sort puts earlier in the set.</summary>
    public bool PrefersThird(int secondInPlainViews, int thirdInPlainViews) => thirdInPlainViews >= secondInPlainViews;

    /// <summary>The distinct items as a CPython set of their tuples would give them.</summary>
    private static List<T> SetOrder<T>(IEnumerable<T> items)
        where T : notnull
    {
        var table = new (T Item, ulong Hash, bool Used)[8];
        var used = 0;
        foreach (var item in items)
        {
            if (!Insert(table, item, Hash(item)))
            {
                continue;
            }

            used++;
            if (used * 5 >= (table.Length - 1) * 3)
            {
                var size = 8;
                while (size <= used * 4)
                {
                    size *= 2;
                }

                var larger = new (T Item, ulong Hash, bool Used)[size];
                foreach (var entry in table.Where(entry => entry.Used))
                {
                    Insert(larger, entry.Item, entry.Hash);
                }

                table = larger;
            }
        }

        return [.. table.Where(entry => entry.Used).Select(entry => entry.Item)];
    }

    private static bool Insert<T>((T Item, ulong Hash, bool Used)[] table, T item, ulong hash)
        where T : notnull
    {
        const int LinearProbes = 9;
        var mask = (ulong)table.Length - 1;
        var perturb = hash;
        var at = hash & mask;
        while (true)
        {
            var last = at + LinearProbes <= mask ? at + LinearProbes : at;
            for (var probe = at; probe <= last; probe++)
            {
                if (!table[probe].Used)
                {
                    table[probe] = (item, hash, true);
                    return true;
                }

                if (table[probe].Hash == hash && table[probe].Item.Equals(item))
                {
                    return false;
                }
            }

            perturb >>= 5;
            at = ((at * 5) + 1 + perturb) & mask;
        }
    }

    private static ulong Hash<T>(T item) =>
        item switch
        {
            Grid grid => Tuple([
                .. Enumerable
                    .Range(0, grid.Height)
                    .Select(row => Tuple([.. Enumerable.Range(0, grid.Width).Select(column => (ulong)grid[row, column])])),
            ]),
            string digits => Tuple([.. digits.Select(digit => (ulong)(digit - '0'))]),
            ValueTuple<int, int> shape => Tuple([(ulong)shape.Item1, (ulong)shape.Item2]),
            _ => throw new ArgumentException($"The reference has no sets of {typeof(T)}.", nameof(item)),
        };

    /// <summary>CPython's hash of a tuple from those of its items (since 3.8). A small integer is its own hash.</summary>
    private static ulong Tuple(ulong[] hashes)
    {
        const ulong Prime1 = 11400714785074694791,
            Prime2 = 14029467366897019727,
            Prime5 = 2870177450012600261;
        var sum = Prime5;
        foreach (var hash in hashes)
        {
            sum += hash * Prime2;
            sum = System.Numerics.BitOperations.RotateLeft(sum, 31) * Prime1;
        }

        return sum + ((ulong)hashes.Length ^ (Prime5 ^ 3527539));
    }
}
