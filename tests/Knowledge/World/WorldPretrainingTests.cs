using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Knowledge.World;
using Seal.Models.Tokenizers;

namespace Seal.Knowledge.Tests.World;

public sealed class WorldPretrainingTests
{
    internal static readonly WordTokenizer Words = new(WorldWords.All, WorldWords.Specials);

    [Fact]
    public void Text_AnyIndex_CanBeWrittenAndIsAFunctionOfIt()
    {
        var (one, other) = (new WorldPretraining(Words, 1, new Seed(3)), new WorldPretraining(Words, 1, new Seed(3)));
        for (var index = 0L; index < 300; index++)
        {
            var text = one.Text(index);
            Assert.Equal(text.Tokens, other.Text(index).Tokens);
            Assert.Equal(Words.EndOfText, text.Tokens[^1]);
            Assert.True(text.Length <= 320 && text.WeightedLength > 0);
        }
    }

    [Fact]
    public void Text_Stream_HasTheSharesThatItsSummarySays()
    {
        var texts = Enumerable.Range(0, 20_000).Select(index => new WorldPretraining(Words, 1, new Seed(1)).Text(index)).ToArray();
        var (edit, question) = (Words.Encode(WorldWords.Edit)[0], Words.Encode(WorldWords.Question)[0]);
        // "from a ledger :" opens a passage.
        var opening = Words.Encode(string.Join(' ', WorldWords.Kinds));
        var kinds = texts
            .GroupBy(text =>
                text.Tokens.Contains(edit) ? "writing"
                : text.Length < 24 && text.Weights[1] != 0 ? "known"
                : text.Tokens.Contains(question) ? (text.Tokens.Intersect(opening).Any() ? "reading" : "listing")
                : text.Weights[1] == 0 ? "echo"
                : "passage"
            )
            .ToDictionary(group => group.Key, group => group.Sum(text => (double)text.Length));
        var all = kinds.Values.Sum();
        foreach (
            var (kind, share) in new[] { ("reading", 0.20), ("listing", 0.13), ("writing", 0.24), ("known", 0.25), ("passage", 0.05), ("echo", 0.13) }
        )
        {
            Assert.InRange(kinds[kind] / all, share - 0.015, share + 0.015);
        }
    }

    /// <summary>The wordings that judge generalization are in no text.</summary>
    [Fact]
    public void Text_Stream_NeverAsksInTheHeldOutWords()
    {
        string[] heldOut = ["which trade", "belongs to which", "in which place", "keeper of which", "the home of whom", "by whom", "keeps which"];
        var stream = new WorldPretraining(Words, 2, new Seed(1));
        for (var index = 0L; index < 5000; index++)
        {
            var text = Words.Decode(stream.Text(index).Tokens);
            Assert.DoesNotContain(heldOut, words => text.Contains(words, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Probe_Question_CountsTheAnswerAlone()
    {
        var probe = new WorldTexts(Words).Probe("where does alda ashvoss live ?", "stoneer hollow");
        Assert.Equal(["stoneer", "hollow", "<end>"], probe.Tokens.Where((_, t) => probe.Weights[t] != 0).Select(token => Words.Words[token]));
    }
}
