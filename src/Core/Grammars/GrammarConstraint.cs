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

    public static ITokenConstraint Create(Grammar grammar, ITokenizer tokenizer) => grammar.Count <= MaxEnumerated
        ? CanonicalConstraint.Create(grammar.Enumerate(), tokenizer)
        : new AutomatonConstraint(ByteAutomaton.Compile(grammar), tokenizer);
}
