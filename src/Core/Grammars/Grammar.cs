using System.Numerics;
using System.Text;

namespace Seal.Core.Grammars;

/// <summary>
/// A finite set of texts, built from literals, choices and sequences. Small on purpose: self-edits are documents with a fixed skeleton
/// and menus of values, so every grammar here can be counted, enumerated and compiled to a <see cref="ByteAutomaton"/>.
/// </summary>
public abstract record Grammar
{
    private Grammar() { }

    /// <summary>Ways to derive a text; the number of texts when no two derivations give the same one.</summary>
    public abstract BigInteger Count { get; }

    /// <summary>The texts in a fixed order: alternatives in the order given, the last part of a sequence varying fastest.</summary>
    public abstract IEnumerable<string> Enumerate();

    /// <exception cref="ArgumentException">The text is not well-formed UTF-16.</exception>
    public static Grammar Literal(string text)
    {
        try
        {
            return new LiteralGrammar(text, new UTF8Encoding(false, throwOnInvalidBytes: true).GetBytes(text));
        }
        catch (EncoderFallbackException e)
        {
            throw new ArgumentException("A literal of a grammar must be well-formed Unicode.", nameof(text), e);
        }
    }

    /// <exception cref="ArgumentException">There is no alternative: such a grammar would have no text.</exception>
    public static Grammar Choice(params IReadOnlyList<Grammar> alternatives) =>
        alternatives.Count > 0
            ? new ChoiceGrammar(alternatives)
            : throw new ArgumentException("A choice needs at least one alternative.", nameof(alternatives));

    public static Grammar Choice(IEnumerable<string> alternatives) => Choice([.. alternatives.Select(Literal)]);

    public static Grammar Sequence(params IReadOnlyList<Grammar> parts) => new SequenceGrammar(parts);

    internal sealed record LiteralGrammar(string Text, byte[] Bytes) : Grammar
    {
        public override BigInteger Count => 1;

        public override IEnumerable<string> Enumerate() => [Text];
    }

    internal sealed record ChoiceGrammar(IReadOnlyList<Grammar> Alternatives) : Grammar
    {
        public override BigInteger Count => Alternatives.Aggregate(BigInteger.Zero, (sum, alternative) => sum + alternative.Count);

        public override IEnumerable<string> Enumerate() => Alternatives.SelectMany(alternative => alternative.Enumerate());
    }

    internal sealed record SequenceGrammar(IReadOnlyList<Grammar> Parts) : Grammar
    {
        public override BigInteger Count => Parts.Aggregate(BigInteger.One, (product, part) => product * part.Count);

        public override IEnumerable<string> Enumerate() => EnumerateFrom(0);

        private IEnumerable<string> EnumerateFrom(int part)
        {
            if (part == Parts.Count)
            {
                yield return "";
                yield break;
            }

            foreach (var head in Parts[part].Enumerate())
            {
                foreach (var tail in EnumerateFrom(part + 1))
                {
                    yield return head + tail;
                }
            }
        }
    }
}
