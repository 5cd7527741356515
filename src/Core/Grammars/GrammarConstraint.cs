using Seal.Core.Sequences;

namespace Seal.Core.Grammars;

/// <summary>Makes token masks from grammars.</summary>
/// <remarks>
/// Up to <see cref="MaxEnumerated"/> texts the constraint is canonical (<see cref="CanonicalConstraint"/>): one path per text. Beyond
/// that it follows the byte automaton: forced stretches still get the tokenizer's own tokens, but at a choice every token that
/// leads along the automaton is allowed, so a text may have several paths and its probability is the sum over them.
/// </remarks>
public static class GrammarConstraint
{
    /// <summary>Largest grammar that is spelled out text by text.</summary>
    public const int MaxEnumerated = 1 << 16;

    public static ITokenConstraint Create(Grammar grammar, ITokenizer tokenizer) =>
        grammar.Count <= MaxEnumerated
            ? CanonicalConstraint.Create(grammar.Enumerate(), tokenizer)
            : new AutomatonConstraint(ByteAutomaton.Compile(grammar), tokenizer);

    /// <summary>The text with a loss at the tokens alone at which the grammar left a choice; all that counted, where it left none.</summary>
    /// <param name="text">A prompt without weights, then a text of the grammar and its end token with weights.</param>
    /// <param name="constraint">The grammar over the same vocabulary.</param>
    /// <exception cref="ArgumentException">The weighted tokens do not follow the grammar.</exception>
    public static TokenSequence OnlyChoices(TokenSequence text, ITokenConstraint constraint)
    {
        var weights = new float[text.Length];
        var state = constraint.Start;
        for (var t = 0; t < text.Length && !state.IsComplete; t++)
        {
            if (text.Weights[t] != 0)
            {
                weights[t] = state.Allowed.Count > 1 ? text.Weights[t] : 0;
                state = state.Next(text.Tokens[t]);
            }
        }

        return Array.Exists(weights, weight => weight != 0) ? text with { Weights = weights } : text;
    }
}
