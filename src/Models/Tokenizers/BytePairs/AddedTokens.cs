namespace Seal.Models.Tokenizers.BytePairs;

/// <summary>Tokens that are found in a text before anything is cut or merged: leftmost first, the longest of those that begin together.</summary>
internal sealed class AddedTokens
{
    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<char, string[]> _byFirst;
    private readonly System.Buffers.SearchValues<char> _firsts;

    public AddedTokens(IReadOnlyDictionary<string, int> ids)
    {
        _ids = new Dictionary<string, int>(ids, StringComparer.Ordinal);
        _byFirst = ids
            .Keys.GroupBy(text => text[0])
            .ToDictionary(
                group => group.Key,
                group => group.OrderByDescending(text => text.Length).ThenBy(text => text, StringComparer.Ordinal).ToArray()
            );
        _firsts = System.Buffers.SearchValues.Create([.. _byFirst.Keys]);
        LargestId = ids.Count == 0 ? -1 : ids.Values.Max();
    }

    public int LargestId { get; }

    public IEnumerable<KeyValuePair<string, int>> All => _ids;

    public bool TryGet(string text, out int id) => _ids.TryGetValue(text, out id) || (id = -1) == 0;

    /// <summary>The first token at or behind a place; the end of the text with id −1 where there is none.</summary>
    public (int Start, int Length, int Id) Find(string text, int from)
    {
        for (var at = from; at < text.Length; at++)
        {
            var skipped = text.AsSpan(at).IndexOfAny(_firsts);
            if (skipped < 0)
            {
                break;
            }

            at += skipped;
            foreach (var token in _byFirst[text[at]])
            {
                if (string.CompareOrdinal(text, at, token, 0, token.Length) == 0)
                {
                    return (at, token.Length, _ids[token]);
                }
            }
        }

        return (text.Length, 0, -1);
    }
}
