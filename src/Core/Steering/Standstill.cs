namespace Seal.Core.Steering;

/// <summary>
/// What of a sweep keeps failing while it is tried again: a damaged document, one of another build, a name that cannot be stored.
/// A failure that goes away within the patience is not told. One that is not repeated within the memory is over.
/// </summary>
/// <param name="patience">How long something has to fail before it is told.</param>
/// <param name="memory">How long after its last failure something is taken to fail still: longer than the time between two tries.</param>
public sealed class Standstill(TimeSpan patience, TimeSpan memory)
{
    /// <summary>Enough to tell of; what fails beside these is another case of the same.</summary>
    private const int Most = 100;

    private readonly SortedDictionary<string, Failing> _failing = new(StringComparer.Ordinal);

    /// <param name="where">What failed.</param>
    /// <param name="why">The reason, for people.</param>
    /// <param name="final">Trying again cannot help.</param>
    /// <param name="now">A monotonic time.</param>
    public void Note(string where, string why, bool final, TimeSpan now)
    {
        Forget(now);
        if (_failing.TryGetValue(where, out var known))
        {
            _failing[where] = known with { Why = why, Final = final, Last = now };
        }
        else if (_failing.Count < Most)
        {
            _failing[where] = new Failing(why, final, now, now);
        }
    }

    /// <summary>What people are told: the first that fails by name, with its reason, and how many others do; null while nothing has failed for
    /// long.</summary>
    /// <param name="now">A monotonic time.</param>
    public string? Problem(TimeSpan now)
    {
        Forget(now);
        var told = _failing.Where(one => one.Value.Last - one.Value.First >= patience).ToArray();
        return told.Length == 0
            ? null
            : FormattableString.Invariant(
                $"{told[0].Key} cannot go on{(told.Length > 1 ? $", nor can {told.Length - 1} more" : "")}, and is tried again: {told[0].Value.Why}"
            );
    }

    /// <summary>The first by name that trying again cannot help, with its reason; null if there is none. It needs no patience.</summary>
    /// <param name="now">A monotonic time.</param>
    public string? Final(TimeSpan now)
    {
        Forget(now);
        return _failing.Where(one => one.Value.Final).Select(one => $"{one.Key}: {one.Value.Why}").FirstOrDefault();
    }

    private void Forget(TimeSpan now)
    {
        foreach (var over in _failing.Where(one => now - one.Value.Last > memory).Select(one => one.Key).ToArray())
        {
            _failing.Remove(over);
        }
    }

    private sealed record Failing(string Why, bool Final, TimeSpan First, TimeSpan Last);
}
