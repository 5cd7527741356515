using CsCheck;
using Seal.Core.Grammars;

namespace Seal.Core.Tests.Grammars;

public sealed class GrammarTests
{
    /// <summary>Small grammars over a small alphabet, so that prefixes collide often.</summary>
    internal static readonly Gen<Grammar> Grammars = Gen.Recursive<Grammar>(
            (depth, inner) =>
            {
                var literal = Gen.String[Gen.Char["abé{"], 0, 4].Select(Grammar.Literal);
                return depth > 3
                    ? literal
                    : Gen.OneOf(
                        literal,
                        inner.Array[1, 3].Select(parts => Grammar.Choice(parts)),
                        inner.Array[0, 3].Select(parts => Grammar.Sequence(parts))
                    );
            }
        )
        .Where(grammar => grammar.Count < 500);

    [Fact]
    public void Enumerate_AnyGrammar_GivesAsManyTextsAsCounted() => Grammars.Sample(grammar => grammar.Enumerate().Count() == grammar.Count);

    [Fact]
    public void Compile_AnyGrammar_MatchesItsTextsAndNothingNear() =>
        Grammars.Sample(grammar =>
        {
            var automaton = ByteAutomaton.Compile(grammar);
            var texts = grammar.Enumerate().ToHashSet();
            return texts.All(automaton.Matches)
                && texts
                    .SelectMany(text => new[] { text + "a", text + "b", text.Length > 0 ? text[1..] : "b", text.Length > 0 ? text[..^1] : "a" })
                    .All(near => automaton.Matches(near) == texts.Contains(near));
        });

    [Fact]
    public void Compile_AnyGrammar_EveryStateLeadsToATextEnd() =>
        Grammars.Sample(grammar =>
        {
            var automaton = ByteAutomaton.Compile(grammar);
            return Enumerable.Range(0, automaton.StateCount).All(state => automaton.Accepts(state) || automaton.Transitions(state).Length > 0);
        });

    [Fact]
    public void Forced_SharedPrefix_IsWhatAllTextsBeginWith()
    {
        var automaton = ByteAutomaton.Compile(Grammar.Sequence(Grammar.Literal("rate:"), Grammar.Choice(["0.001", "0.003", "0.01"])));
        Assert.Equal("rate:0.0"u8.ToArray(), automaton.Forced(ByteAutomaton.Start));
    }

    [Fact]
    public void Choice_WithoutAlternative_IsRefused() => Assert.Throws<ArgumentException>(() => Grammar.Choice());
}
