namespace Seal.EndToEnd.Support;

/// <summary>Remembers over several looks at a store which candidates were committed, and which of them changed later although nothing committed may
/// run again.</summary>
internal sealed class CommittedWatch(string store)
{
    private readonly SortedDictionary<string, string> _committed = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _repeated = new(StringComparer.Ordinal);

    /// <summary>Candidates that were committed at the last look.</summary>
    public int Count => _committed.Count;

    /// <summary>Candidates that changed, or vanished, after a look that found them committed.</summary>
    public IReadOnlyList<string> Repeated => [.. _repeated];

    public void Look()
    {
        var now = StoreFolder.Committed(store);
        _repeated.UnionWith(
            _committed.Where(before => !now.TryGetValue(before.Key, out var after) || after != before.Value).Select(before => before.Key)
        );
        foreach (var (candidate, state) in now)
        {
            _committed[candidate] = state;
        }
    }
}
