using Seal.Core.Sequences;

namespace Seal.Core.Grammars;

/// <summary>The vocabulary by bytes, so that a mask costs the tokens that fit and not the whole vocabulary.</summary>
internal sealed class TokenTrie
{
    private readonly Node _root = new();

    public TokenTrie(ITokenizer tokenizer)
    {
        for (var token = 0; token < tokenizer.VocabularySize; token++)
        {
            var node = _root;
            foreach (var value in tokenizer.Bytes(token).Span)
            {
                if (!node.Children.TryGetValue(value, out var child))
                {
                    node.Children[value] = child = new Node();
                }

                node = child;
            }

            if (node != _root)
            {
                node.Tokens.Add(token);
            }
        }
    }

    /// <summary>Adds every token whose bytes lead along the automaton from <paramref name="state"/>, with the state it leads to.</summary>
    public void Collect(ByteAutomaton automaton, int state, SortedDictionary<int, int> found) => Collect(_root, automaton, state, found);

    private static void Collect(Node node, ByteAutomaton automaton, int state, SortedDictionary<int, int> found)
    {
        node.Tokens.ForEach(token => found[token] = state);
        foreach (var (value, next) in automaton.Transitions(state))
        {
            if (node.Children.TryGetValue(value, out var child))
            {
                Collect(child, automaton, next, found);
            }
        }
    }

    private sealed class Node
    {
        public Dictionary<byte, Node> Children { get; } = [];

        public List<int> Tokens { get; } = [];
    }
}
