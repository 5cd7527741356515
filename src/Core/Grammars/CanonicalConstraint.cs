using Seal.Core.Sequences;

namespace Seal.Core.Grammars;

/// <summary>
/// The grammar of a fixed list of texts, each in the one tokenisation that the tokenizer's own <see cref="ITokenizer.Encode"/> gives it,
/// which is the tokenisation that training texts have.
/// </summary>
/// <remarks>
/// Every text has exactly one path, so a sample's probability is a text's: the product over its tokens of the model's probability
/// renormalised over <see cref="ITokenConstraintState.Allowed"/>. That is the locally normalised distribution: it equals the
/// model's own distribution conditioned on validity only as far as the model puts no mass on invalid continuations.
/// Stretches that all remaining texts share are one forced token after another. States with the same future are shared.
/// </remarks>
public sealed class CanonicalConstraint : ITokenConstraint
{
    private CanonicalConstraint(ITokenConstraintState start) => Start = start;

    public ITokenConstraintState Start { get; }

    /// <exception cref="ArgumentException">There is no text, or a text cannot be decoded to itself in this vocabulary.</exception>
    public static CanonicalConstraint Create(IEnumerable<string> texts, ITokenizer tokenizer)
    {
        var root = new Draft();
        var any = false;
        foreach (var text in texts)
        {
            any = true;
            var tokens = tokenizer.Encode(text);
            if (tokenizer.Decode(tokens) != text)
            {
                throw new ArgumentException($"The vocabulary {tokenizer.Id} does not write '{text}' as itself.", nameof(texts));
            }

            var node = root;
            foreach (var token in tokens)
            {
                node = node.Child(token);
            }

            node.Child(tokenizer.EndOfText);
        }

        if (!any)
        {
            throw new ArgumentException("A constraint needs at least one text.", nameof(texts));
        }

        var shared = new Dictionary<string, State>(StringComparer.Ordinal);
        return new CanonicalConstraint(Share(root, isEnd: false, tokenizer.EndOfText, shared));
    }

    /// <summary>Turns the draft into states, bottom up; drafts with equal futures become one state, named by its edges.</summary>
    private static State Share(Draft draft, bool isEnd, int end, Dictionary<string, State> shared)
    {
        var allowed = draft.Children.Keys.ToArray();
        var next = draft.Children.Select(child => Share(child.Value, child.Key == end, end, shared)).ToArray();
        var name = isEnd ? "end" : string.Join(',', allowed.Zip(next, (token, state) => $"{token}>{state.Id}"));
        if (!shared.TryGetValue(name, out var state))
        {
            shared[name] = state = new State(shared.Count, isEnd ? [end] : allowed, next, isEnd);
        }

        return state;
    }

    private sealed class Draft
    {
        public SortedDictionary<int, Draft> Children { get; } = [];

        public Draft Child(int token)
        {
            if (!Children.TryGetValue(token, out var child))
            {
                Children[token] = child = new Draft();
            }

            return child;
        }
    }

    private sealed class State(int id, int[] allowed, State[] next, bool isComplete) : ITokenConstraintState
    {
        public int Id => id;

        public IReadOnlyList<int> Allowed => allowed;

        public bool IsComplete => isComplete;

        public ITokenConstraintState Next(int token)
        {
            var at = Array.BinarySearch(allowed, token);
            return at >= 0 && !isComplete
                ? next[at]
                : throw new ArgumentException(isComplete ? "The text has ended." : $"Token {token} is not allowed here.", nameof(token));
        }
    }
}
