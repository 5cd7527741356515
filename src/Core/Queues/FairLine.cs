namespace Seal.Core.Queues;

/// <summary>
/// One line of waiting items per party, first come first served within it; between parties slots are shared by weight (stride scheduling: the
/// party that has had least for its weight is next; ties by name). A party that comes back after a pause starts level with the others:
/// waiting saves up nothing. Which item comes next depends on the calls alone, never on time.
/// </summary>
public sealed class FairLine<T>
{
    private readonly SortedDictionary<string, Party> _parties = new(StringComparer.Ordinal);
    private double _now;

    public int Count { get; private set; }

    /// <param name="party">Whose line.</param>
    /// <param name="item">What waits.</param>
    /// <param name="again">It has been taken before and came back: it is not to wait a second time behind all that came after it.</param>
    public void Add(string party, T item, bool again = false)
    {
        var line = Get(party);
        if (line.Waiting.Count == 0)
        {
            line.Pass = Math.Max(line.Pass, _now);
        }

        if (again)
        {
            line.Waiting.AddFirst(item);
        }
        else
        {
            line.Waiting.AddLast(item);
        }

        Count++;
    }

    /// <param name="party">Whose share.</param>
    /// <param name="weight">Above 0; a party with weight 2 gets twice as many slots as one with weight 1.</param>
    public void SetWeight(string party, double weight)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(weight);
        Get(party).Weight = weight;
    }

    /// <summary>The next item that may be taken, and removes it; default if there is none.</summary>
    public bool TryTake(Func<T, bool> mayBeTaken, out T item)
    {
        foreach (var party in _parties.Values.Where(party => party.Waiting.Count > 0).OrderBy(party => party.Pass))
        {
            for (var place = party.Waiting.First; place is not null; place = place.Next)
            {
                if (mayBeTaken(place.Value))
                {
                    party.Waiting.Remove(place);
                    _now = party.Pass;
                    party.Pass += 1 / party.Weight;
                    Count--;
                    item = place.Value;
                    return true;
                }
            }
        }

        item = default!;
        return false;
    }

    private Party Get(string name)
    {
        if (!_parties.TryGetValue(name, out var party))
        {
            _parties[name] = party = new Party { Pass = _now };
        }

        return party;
    }

    private sealed class Party
    {
        public LinkedList<T> Waiting { get; } = new();

        public double Pass { get; set; }

        public double Weight { get; set; } = 1;
    }
}
