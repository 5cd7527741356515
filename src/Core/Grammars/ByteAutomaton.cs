using System.Text;

namespace Seal.Core.Grammars;

/// <summary>
/// The deterministic automaton over UTF-8 bytes of a <see cref="Grammar"/>: from every state a text of the grammar can still be finished.
/// Thompson's construction, then subsets. Immutable.
/// </summary>
public sealed class ByteAutomaton
{
    /// <summary>Where every text begins.</summary>
    public const int Start = 0;

    private readonly (byte Value, int Next)[][] _transitions;
    private readonly bool[] _accepts;

    private ByteAutomaton((byte Value, int Next)[][] transitions, bool[] accepts)
    {
        _transitions = transitions;
        _accepts = accepts;
    }

    public int StateCount => _accepts.Length;

    /// <summary>True where the bytes read so far are a whole text.</summary>
    public bool Accepts(int state) => _accepts[state];

    /// <summary>The bytes that may follow, ascending.</summary>
    public ReadOnlySpan<(byte Value, int Next)> Transitions(int state) => _transitions[state];

    /// <summary>The state after one more byte, or −1.</summary>
    public int Step(int state, byte value)
    {
        foreach (var (candidate, next) in _transitions[state])
        {
            if (candidate == value)
            {
                return next;
            }
        }

        return -1;
    }

    /// <summary>The state after several more bytes, or −1.</summary>
    public int Step(int state, ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length && state >= 0; i++)
        {
            state = Step(state, bytes[i]);
        }

        return state;
    }

    /// <summary>True when the grammar has this text.</summary>
    public bool Matches(string text) => Step(Start, Encoding.UTF8.GetBytes(text)) is var state && state >= 0 && _accepts[state];

    /// <summary>The bytes that must follow: as long as there is one way on and the text may not end.</summary>
    public byte[] Forced(int state)
    {
        var bytes = new List<byte>();
        while (!_accepts[state] && _transitions[state].Length == 1)
        {
            bytes.Add(_transitions[state][0].Value);
            state = _transitions[state][0].Next;
        }

        return [.. bytes];
    }

    public static ByteAutomaton Compile(Grammar grammar)
    {
        var nfa = new Nfa();
        var final = nfa.Add(grammar, nfa.NewState());

        // Subsets are named by their sorted members, so equal subsets meet again and the numbering follows discovery order.
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        var members = new List<int[]>();
        var transitions = new List<(byte, int)[]>();
        int Intern(IEnumerable<int> states)
        {
            var closure = nfa.Closure(states);
            var name = string.Join(',', closure);
            if (!known.TryGetValue(name, out var id))
            {
                known[name] = id = members.Count;
                members.Add(closure);
            }

            return id;
        }

        Intern([0]);
        for (var state = 0; state < members.Count; state++)
        {
            var byValue = new SortedDictionary<byte, List<int>>();
            foreach (var member in members[state])
            {
                if (nfa.Edge(member) is var (value, next) && next >= 0)
                {
                    if (!byValue.TryGetValue(value, out var targets))
                    {
                        byValue[value] = targets = [];
                    }

                    targets.Add(next);
                }
            }

            transitions.Add([.. byValue.Select(pair => (pair.Key, Intern(pair.Value)))]);
        }

        return new ByteAutomaton([.. transitions], [.. members.Select(member => Array.BinarySearch(member, final) >= 0)]);
    }

    /// <summary>Each state has either one byte edge or any number of empty ones.</summary>
    private sealed class Nfa
    {
        private readonly List<(byte Value, int Next)> _edges = [];
        private readonly List<List<int>> _empty = [];

        public int NewState()
        {
            _edges.Add((0, -1));
            _empty.Add([]);
            return _edges.Count - 1;
        }

        public (byte Value, int Next) Edge(int state) => _edges[state];

        /// <summary>Lays the grammar behind <paramref name="from"/> and returns the state after it.</summary>
        public int Add(Grammar grammar, int from)
        {
            switch (grammar)
            {
                case Grammar.LiteralGrammar literal:
                    foreach (var value in literal.Bytes)
                    {
                        var edge = NewState();
                        _empty[from].Add(edge);
                        from = NewState();
                        _edges[edge] = (value, from);
                    }

                    return from;
                case Grammar.SequenceGrammar sequence:
                    return sequence.Parts.Aggregate(from, (state, part) => Add(part, state));
                case Grammar.ChoiceGrammar choice:
                    var joined = NewState();
                    foreach (var alternative in choice.Alternatives)
                    {
                        var branch = NewState();
                        _empty[from].Add(branch);
                        _empty[Add(alternative, branch)].Add(joined);
                    }

                    return joined;
                default:
                    throw new ArgumentException($"{grammar.GetType().Name} has no automaton.", nameof(grammar));
            }
        }

        public int[] Closure(IEnumerable<int> states)
        {
            var seen = new SortedSet<int>();
            var open = new Stack<int>(states);
            while (open.TryPop(out var state))
            {
                if (seen.Add(state))
                {
                    _empty[state].ForEach(open.Push);
                }
            }

            return [.. seen];
        }
    }
}
