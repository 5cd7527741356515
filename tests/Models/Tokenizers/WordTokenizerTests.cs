using System.Text;
using Seal.Core.Engines;
using Seal.Models.Tokenizers;

namespace Seal.Models.Tests.Tokenizers;

public sealed class WordTokenizerTests
{
    private static readonly WordTokenizer Words = new(["<end>", "a", "b.", "é"], ["<end>"]);

    [Fact]
    public void Encode_Words_AreTheirPlaces()
    {
        Assert.Equal([1, 2, 0, 3], Words.Encode(" a  b.\n<end> é "));
        Assert.Equal("a b. <end> é", Words.Decode([1, 2, 0, 3]));
        Assert.Equal(0, Words.EndOfText);
        Assert.Contains("'c'", Assert.Throws<FormatException>(() => Words.Encode("a c")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_WrittenAndRead_IsTheSameVocabulary()
    {
        var read = WordTokenizerFile.Parse(WordTokenizerFile.ToBytes(Words));
        Assert.Equal(Words.Id, read.Id);
        Assert.Equal(Words.Words, read.Words);
        Assert.True(read.TryGetSpecial("<end>", out var end) && end == 0 && !read.TryGetSpecial("a", out _));
    }

    [Theory]
    [InlineData("WhitespaceSplit", "Whitespace", "pre_tokenizer.type is 'Whitespace'")]
    [InlineData("\"é\": 3", "\"é\": 4", "without a gap")]
    [InlineData("\"normalizer\": null", "\"normalizer\": {\"type\":\"Lowercase\"}", "normalizer must be null")]
    public void Parse_WhatWouldChangeTheIds_IsRefused(string from, string to, string problem)
    {
        var changed = Encoding.UTF8.GetString(WordTokenizerFile.ToBytes(Words)).Replace(from, to, StringComparison.Ordinal);
        var wrong = Assert.Throws<ModelFormatException>(() => WordTokenizerFile.Parse(Encoding.UTF8.GetBytes(changed)));
        Assert.Contains(problem, wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a", "a")]
    [InlineData("a", "b c")]
    [InlineData("a", "")]
    public void New_WordsThatCannotBeToldApart_AreRefused(string one, string other) =>
        Assert.Throws<ArgumentException>(() => new WordTokenizer([one, other], [one]));
}
