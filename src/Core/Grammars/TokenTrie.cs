using Seal.Core.Sequences;

namespace Seal.Core.Grammars;

/// <summary>
/// The vocabulary in the order of its bytes, walked like a trie: a mask costs the tokens that fit and not the whole vocabulary, and 128,000 tokens
/// cost one array.
/// </summary>
internal sealed class TokenTrie
{
    private readonly byte[][] _bytes;
    private readonly int[] _tokens;

    public TokenTrie(ITokenizer tokenizer)
    {
        var all = Enumerable
            .Range(0, tokenizer.VocabularySize)
            .Select(token => (Token: token, Bytes: tokenizer.Bytes(token).ToArray()))
            .Where(entry => entry.Bytes.Length > 0)
            .ToArray();
        Array.Sort(all, static (a, b) => a.Bytes.AsSpan().SequenceCompareTo(b.Bytes) is not 0 and var order ? order : a.Token.CompareTo(b.Token));
        _bytes = [.. all.Select(entry => entry.Bytes)];
        _tokens = [.. all.Select(entry => entry.Token)];
    }

    /// <summary>Adds every token whose bytes lead along the automaton from <paramref name="state"/>, with the state it leads to.</summary>
    public void Collect(ByteAutomaton automaton, int state, SortedDictionary<int, int> found) =>
        Collect(0, _tokens.Length, 0, automaton, state, found);

    /// <summary>Tokens from <paramref name="from"/> to <paramref name="to"/> share their first <paramref name="depth"/> bytes.</summary>
    private void Collect(int from, int to, int depth, ByteAutomaton automaton, int state, SortedDictionary<int, int> found)
    {
        // Those that are no longer than this stand first.
        while (from < to && _bytes[from].Length == depth)
        {
            found[_tokens[from++]] = state;
        }

        foreach (var (value, next) in automaton.Transitions(state))
        {
            var start = First(from, to, depth, value);
            var end = start < to && _bytes[start][depth] == value ? First(start, to, depth, value + 1) : start;
            if (start < end)
            {
                Collect(start, end, depth + 1, automaton, next, found);
            }
        }
    }

    /// <summary>The first token of a range whose byte at <paramref name="depth"/> is at least <paramref name="value"/>.</summary>
    private int First(int from, int to, int depth, int value)
    {
        while (from < to)
        {
            var middle = (from + to) / 2;
            (from, to) = _bytes[middle][depth] < value ? (middle + 1, to) : (from, middle);
        }

        return from;
    }
}
