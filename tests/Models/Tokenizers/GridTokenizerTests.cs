using System.Text;
using CsCheck;
using Seal.Core.Engines;
using Seal.Models.Tokenizers;

namespace Seal.Models.Tests.Tokenizers;

public sealed class GridTokenizerTests
{
    private const string Edit =
        """{"data_generation":{"use_basic_augmentations":true,"use_size_augmentations":false,"use_chain_augmentations":true,"use_repeat_augmentations":false},"training":{"strategy":"train_using_output_tokens","learning_rate":0.0001,"num_train_epochs":2}}""";

    private static readonly GridTokenizer Grid = GridTokenizer.CreateDefault();

    [Fact]
    public void Encode_CanonicalSelfEdit_TakesFifteenTokens()
    {
        Assert.Equal(15, Grid.Encode(Edit).Length);
        Assert.Equal(
            15,
            Grid.Encode(Edit.Replace("0.0001", "0.00003", StringComparison.Ordinal).Replace(":2}", ":16}", StringComparison.Ordinal)).Length
        );
    }

    [Fact]
    public void Encode_PromptWrittenOut_GivesOneTokenPerCellAndMark()
    {
        var ids = Grid.Encode("<bos><in><c0><c9><row><c1><c2><end><out><c3><end><edit>{<eos>");
        Assert.Equal([1, 3, 8, 17, 5, 9, 10, 6, 4, 11, 6, 7, Grid.Encode("{")[0], 2], ids);
        Assert.Equal(2, Grid.EndOfText);
        Assert.True(Grid.TryGetSpecial("<c9>", out var nine));
        Assert.Equal(17, nine);
        Assert.False(Grid.TryGetSpecial("true", out _));
    }

    [Fact]
    public void Decode_OfEncodedPrintableText_IsTheText()
    {
        string[] stretches = ["<c3>", "<eos", "<in>", "true", "tru", Edit, "\"train_using_", "0.00010", "0.00035"];
        var fragments = Gen.OneOf(Gen.String[Gen.Char[' ', '~'], 0, 12], Gen.Int[0, stretches.Length - 1].Select(i => stretches[i]));
        fragments
            .Array[0, 8]
            .Sample(parts =>
            {
                var text = string.Concat(parts);
                Assert.Equal(text, Grid.Decode(Grid.Encode(text)));
            });
    }

    [Fact]
    public void Bytes_OfEveryToken_AreItsTextAndEmptyForSpecials()
    {
        for (var id = 0; id < Grid.VocabularySize; id++)
        {
            var expected = id < GridTokens.Specials.Count ? "" : Grid.Decode([id]);
            Assert.Equal(expected, Encoding.ASCII.GetString(Grid.Bytes(id).Span));
        }
    }

    [Theory]
    [InlineData("a\n", "U+000A at position 1")]
    [InlineData("é", "U+00E9 at position 0")]
    public void Encode_CharacterOutsideTheVocabulary_NamesIt(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => Grid.Encode(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_WrittenFile_GivesTheSameVocabularyAndId()
    {
        var bytes = GridTokenizerFile.ToBytes(Grid);
        var again = GridTokenizerFile.Parse(bytes);
        Assert.Equal(Grid.Id, again.Id);
        Assert.Equal(bytes, GridTokenizerFile.ToBytes(again));
        Assert.Equal(Grid.Encode(Edit), again.Encode(Edit));
    }

    [Theory]
    [InlineData("\"version\": 1", "\"version\": 2", "version must be 1")]
    [InlineData("\"<row>\",", "", "specials must be")]
    [InlineData("\"true\"", "\"false\"", "stands twice")]
    [InlineData("\"true\"", "\"\"", "a piece of 0 characters")]
    [InlineData("\"true\"", "\"tr\\u00fce\"", "not printable ASCII")]
    [InlineData("\"true\"", "\"<in>\"", "is a special token")]
    [InlineData("\"true\"", "7", "not a seal-grid vocabulary")]
    [InlineData("\"true\"", "null", "null among the tokens")]
    [InlineData("\"~\"", "\"~~\"", "no piece for the character '~'")]
    [InlineData("\"version\"", "\"vision\"", "unknown field 'vision'")]
    [InlineData("\"version\": 1,", "\"version\": 1, \"version\": 1,", "not a seal-grid vocabulary")]
    [InlineData("\"version\": 1,", "", "not a seal-grid vocabulary")]
    public void Parse_BadFile_SaysWhatIsWrong(string from, string to, string expected)
    {
        var text = Encoding.UTF8.GetString(GridTokenizerFile.ToBytes(Grid));
        Assert.Contains(from, text, StringComparison.Ordinal);
        var bad = Encoding.UTF8.GetBytes(text.Replace(from, to, StringComparison.Ordinal));
        Assert.Contains(expected, Assert.Throws<ModelFormatException>(() => GridTokenizerFile.Parse(bad)).Message, StringComparison.Ordinal);
    }
}
