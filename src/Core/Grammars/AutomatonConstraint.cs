using System.Collections.Concurrent;
using System.Text;
using System.Text.Unicode;
using Seal.Core.Sequences;

namespace Seal.Core.Grammars;

/// <summary>Masks from a byte automaton, computed once per state and kept. Thread-safe.</summary>
public sealed class AutomatonConstraint : ITokenConstraint
{
    private readonly ByteAutomaton _automaton;
    private readonly ITokenizer _tokenizer;
    private readonly TokenTrie _trie;
    private readonly ConcurrentDictionary<int, State> _states = new();
    private readonly State _complete;

    /// <exception cref="ArgumentException">A state of the automaton has no token: the vocabulary cannot write the grammar's texts.</exception>
    public AutomatonConstraint(ByteAutomaton automaton, ITokenizer tokenizer)
    {
        _automaton = automaton;
        _tokenizer = tokenizer;
        _trie = new TokenTrie(tokenizer);
        _complete = new State(this, -1, [tokenizer.EndOfText], []);
        CheckReachable();
    }

    public ITokenConstraintState Start => StateOf(ByteAutomaton.Start);

    private State StateOf(int state) => _states.GetOrAdd(state, Build);

    private State Build(int state)
    {
        var found = new SortedDictionary<int, int>();
        _trie.Collect(_automaton, state, found);
        if (_automaton.Accepts(state))
        {
            found[_tokenizer.EndOfText] = -1;
        }
        else if (ForcedToken(state, found.Keys) is { } forced)
        {
            var target = found[forced];
            found.Clear();
            found[forced] = target;
        }

        return found.Count > 0
            ? new State(this, state, [.. found.Keys], [.. found.Values])
            : throw new ArgumentException($"The vocabulary {_tokenizer.Id} has no token for what the grammar wants next.");
    }

    /// <summary>
    /// The first token of the tokenizer's own encoding of the forced stretch. None where a token reaches beyond the stretch: then the
    /// encoding depends on what is chosen there.
    /// </summary>
    private int? ForcedToken(int state, SortedDictionary<int, int>.KeyCollection possible)
    {
        var bytes = _automaton.Forced(state);
        if (bytes.Length == 0 || possible.Any(token => _tokenizer.Bytes(token).Length > bytes.Length))
        {
            return null;
        }

        // A stretch may end within a character: keep whole ones only.
        var whole = bytes.Length;
        while (whole > 0 && !Utf8.IsValid(bytes.AsSpan(0, whole)))
        {
            whole--;
        }

        if (whole == 0)
        {
            return null;
        }

        int[] tokens;
        try
        {
            tokens = _tokenizer.Encode(Encoding.UTF8.GetString(bytes, 0, whole));
        }
        catch (FormatException)
        {
            return null;
        }

        return tokens.Length > 0 && possible.Contains(tokens[0]) ? tokens[0] : null;
    }

    private void CheckReachable()
    {
        var seen = new HashSet<int> { ByteAutomaton.Start };
        var open = new Queue<int>(seen);
        while (open.TryDequeue(out var state))
        {
            foreach (var next in StateOf(state).Targets)
            {
                if (next >= 0 && seen.Add(next))
                {
                    open.Enqueue(next);
                }
            }
        }
    }

    private sealed class State(AutomatonConstraint owner, int automatonState, int[] allowed, int[] targets) : ITokenConstraintState
    {
        public int[] Targets => targets;

        public IReadOnlyList<int> Allowed => allowed;

        public bool IsComplete => automatonState < 0;

        public ITokenConstraintState Next(int token)
        {
            var at = IsComplete ? -1 : Array.BinarySearch(allowed, token);
            return at < 0 ? throw new ArgumentException(IsComplete ? "The text has ended." : $"Token {token} is not allowed here.", nameof(token))
                : targets[at] < 0 ? owner._complete
                : owner.StateOf(targets[at]);
        }
    }
}
