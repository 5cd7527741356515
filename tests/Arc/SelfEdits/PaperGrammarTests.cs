using Seal.Arc.SelfEdits;
using Seal.Arc.Tests.Support;
using Seal.Core.Grammars;
using Seal.Core.Randomness;

namespace Seal.Arc.Tests.SelfEdits;

public sealed class PaperGrammarTests
{
    private static readonly TestVocabulary Vocabulary = new();
    private static readonly PaperSchema Schema = PaperSchema.Instance;

    public static TheoryData<bool> BothKinds => [true, false];

    [Theory]
    [MemberData(nameof(BothKinds))]
    public void Constraint_RandomWalks_DecodeToEditsThatTheParserAccepts(bool canonical)
    {
        var constraint = Make(canonical);
        var random = new CounterRandom(new Seed(11));
        var seen = new HashSet<string>();
        for (var walk = 0; walk < 10_000; walk++)
        {
            var state = constraint.Start;
            var tokens = new List<int>();
            while (!state.IsComplete)
            {
                var token = state.Allowed[random.NextInt(state.Allowed.Count)];
                tokens.Add(token);
                state = state.Next(token);
            }

            Assert.Equal(Vocabulary.EndOfText, tokens[^1]);
            var text = Vocabulary.Decode(tokens.ToArray().AsSpan()[..^1]);
            Assert.Equal(text, Schema.Parse(text).Payload);
            seen.Add(text);
        }

        Assert.True(seen.Count > 1000, $"{seen.Count} different edits");
    }

    [Theory]
    [MemberData(nameof(BothKinds))]
    public void Constraint_EveryEdit_IsReachedByItsOwnEncoding(bool canonical)
    {
        var constraint = Make(canonical);
        foreach (var edit in Schema.Enumerate())
        {
            var state = constraint.Start;
            foreach (var token in Vocabulary.Encode(edit).Append(Vocabulary.EndOfText))
            {
                state = state.Next(token);
            }

            Assert.True(state.IsComplete);
        }
    }

    [Fact]
    public void Constraint_Canonical_ForcesWhatLiesBetweenTheChoices()
    {
        var choices = 0;
        var state = Make(canonical: true).Start;
        var tokens = 0;
        while (!state.IsComplete)
        {
            choices += state.Allowed.Count > 1 ? 1 : 0;
            state = state.Next(state.Allowed[0]);
            tokens++;
        }

        // Four switches, strategy, digits of the learning rate, epochs.
        Assert.InRange(choices, 7, 10);
        Assert.True(tokens > 2 * choices);
    }

    private static ITokenConstraint Make(bool canonical) =>
        canonical ? GrammarConstraint.Create(Schema.Grammar, Vocabulary) : new AutomatonConstraint(ByteAutomaton.Compile(Schema.Grammar), Vocabulary);
}
