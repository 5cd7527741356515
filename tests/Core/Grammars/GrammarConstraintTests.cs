using CsCheck;
using Seal.Core.Grammars;
using Seal.Core.Sequences;

namespace Seal.Core.Tests.Grammars;

public sealed class GrammarConstraintTests
{
    private static readonly ByteVocabulary Vocabulary = new("ab", "aab", "ba", "aé", "b{", "{a");

    [Fact]
    public void Canonical_AnyGrammar_HasOnePathPerTextAndItIsTheEncoding() =>
        GrammarTests.Grammars.Sample(grammar =>
        {
            var paths = Paths(GrammarConstraint.Create(grammar, Vocabulary).Start)
                .Select(path => string.Join(',', path))
                .Order(StringComparer.Ordinal);
            var encodings = grammar.Enumerate().Distinct().Select(text => string.Join(',', Vocabulary.Encode(text).Append(Vocabulary.EndOfText)));
            return paths.SequenceEqual(encodings.Order(StringComparer.Ordinal));
        });

    [Fact]
    public void Automaton_AnyGrammar_PathsDecodeToTheTextsAndReachAllOfThem() =>
        GrammarTests
            .Grammars.Where(grammar => grammar.Count < 60)
            .Sample(grammar =>
            {
                var constraint = new AutomatonConstraint(ByteAutomaton.Compile(grammar), Vocabulary);
                var decoded = Paths(constraint.Start).Select(path => Vocabulary.Decode(path.AsSpan()[..^1])).ToHashSet();
                return decoded.SetEquals(grammar.Enumerate());
            });

    [Fact]
    public void Automaton_ForcedStretch_TakesTheTokenizersOwnTokens()
    {
        var constraint = new AutomatonConstraint(
            ByteAutomaton.Compile(Grammar.Sequence(Grammar.Literal("aabab"), Grammar.Choice(["é", "{"]))),
            Vocabulary
        );
        var state = constraint.Start;
        foreach (var token in Vocabulary.Encode("aabab"))
        {
            Assert.Equal([token], state.Allowed);
            state = state.Next(token);
        }

        Assert.Equal(2, state.Allowed.Count);
    }

    [Fact]
    public void OnlyChoices_AnyTextOfTheGrammar_CountsWhereSeveralTokensWereAllowed() =>
        GrammarTests
            .Grammars.Where(grammar => grammar.Count > 1 && grammar.Count < 60)
            .Sample(grammar =>
            {
                var constraint = GrammarConstraint.Create(grammar, Vocabulary);
                foreach (var path in Paths(constraint.Start))
                {
                    // A prompt of two tokens before it, which counts for nothing.
                    int[] tokens = [0, 0, .. path];
                    var weights = GrammarConstraint.OnlyChoices(new TokenSequence(tokens, [0, 0, .. path.Select(_ => 1f)]), constraint).Weights;
                    var state = constraint.Start;
                    var choices = path.Select(token =>
                        {
                            var isChoice = state.Allowed.Count > 1;
                            state = state.Next(token);
                            return isChoice;
                        })
                        .ToArray();
                    var expected = Array.TrueForAll(choices, choice => !choice) ? path.Select(_ => 1f) : choices.Select(choice => choice ? 1f : 0);
                    Assert.Equal([0, 0, .. expected], weights);
                }
            });

    [Fact]
    public void Next_TokenNotAllowed_IsRefused()
    {
        var start = GrammarConstraint.Create(Grammar.Literal("ab"), Vocabulary).Start;
        Assert.Throws<ArgumentException>(() => start.Next(Vocabulary.EndOfText));
        var end = start.Next(start.Allowed[0]).Next(Vocabulary.EndOfText);
        Assert.True(end.IsComplete);
        Assert.Throws<ArgumentException>(() => end.Next(Vocabulary.EndOfText));
    }

    [Fact]
    public void Create_LargeGrammar_FollowsTheAutomaton()
    {
        var digit = Grammar.Choice(["a", "b", "é", "{"]);
        var constraint = GrammarConstraint.Create(Grammar.Sequence([.. Enumerable.Repeat(digit, 12)]), Vocabulary);
        Assert.IsType<AutomatonConstraint>(constraint);
        Assert.Contains(Vocabulary.Encode("aab")[0], constraint.Start.Allowed);
    }

    [Fact]
    public void Create_VocabularyThatCannotWriteTheText_IsRefused() =>
        Assert.ThrowsAny<Exception>(() => CanonicalConstraint.Create(["ab"], new Lossy()));

    private static IEnumerable<int[]> Paths(ITokenConstraintState state)
    {
        if (state.IsComplete)
        {
            yield return [];
            yield break;
        }

        foreach (var token in state.Allowed)
        {
            foreach (var rest in Paths(state.Next(token)))
            {
                yield return [token, .. rest];
            }
        }
    }

    /// <summary>Writes every text as nothing.</summary>
    private sealed class Lossy : ITokenizer
    {
        public string Id => "lossy";

        public int VocabularySize => 1;

        public int EndOfText => 0;

        public int[] Encode(string text) => [];

        public string Decode(ReadOnlySpan<int> tokens) => "";

        public bool TryGetSpecial(string name, out int token) => (token = -1) == 0;

        public ReadOnlyMemory<byte> Bytes(int token) => default;
    }
}
