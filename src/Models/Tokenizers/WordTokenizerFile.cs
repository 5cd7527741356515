using System.Text.Encodings.Web;
using System.Text.Json;
using Seal.Core.Engines;
using Seal.Core.Json;

namespace Seal.Models.Tokenizers;

/// <summary>Reads and writes a vocabulary of words as Hugging Face's tokenizers do: a WordLevel model behind a WhitespaceSplit.</summary>
internal static class WordTokenizerFile
{
    public const string Kind = "WordLevel";
    private const string Splitter = "WhitespaceSplit";

    /// <summary>The canonical file: fixed order, one word a line. The first mark ends a text and stands for unknown words, which are never
    /// written.</summary>
    public static byte[] ToBytes(WordTokenizer tokenizer)
    {
        using var stream = new MemoryStream();
        var options = new JsonWriterOptions
        {
            Indented = true,
            NewLine = "\n",
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        using (var json = new Utf8JsonWriter(stream, options))
        {
            json.WriteStartObject();
            json.WriteString("version", "1.0");
            json.WriteNull("truncation");
            json.WriteNull("padding");
            json.WriteStartArray("added_tokens");
            foreach (var special in tokenizer.Specials)
            {
                json.WriteStartObject();
                json.WriteNumber("id", tokenizer.TryGetSpecial(special, out var id) ? id : -1);
                json.WriteString("content", special);
                json.WriteBoolean("single_word", false);
                json.WriteBoolean("lstrip", false);
                json.WriteBoolean("rstrip", false);
                json.WriteBoolean("normalized", false);
                json.WriteBoolean("special", true);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNull("normalizer");
            json.WriteStartObject("pre_tokenizer");
            json.WriteString("type", Splitter);
            json.WriteEndObject();
            json.WriteNull("post_processor");
            json.WriteNull("decoder");
            json.WriteStartObject("model");
            json.WriteString("type", Kind);
            json.WriteStartObject("vocab");
            for (var id = 0; id < tokenizer.Words.Count; id++)
            {
                json.WriteNumber(tokenizer.Words[id], id);
            }

            json.WriteEndObject();
            json.WriteString("unk_token", tokenizer.Specials[0]);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    /// <param name="utf8">The file's content.</param>
    /// <param name="file">Names the file in messages.</param>
    /// <exception cref="ModelFormatException">Not such a vocabulary; says what is wrong.</exception>
    public static WordTokenizer Parse(ReadOnlyMemory<byte> utf8, string file = "tokenizer.json")
    {
        try
        {
            using var document = UserJson.Parse(utf8, maxDepth: 8);
            var root = document.RootElement;
            foreach (var unused in new[] { "normalizer", "post_processor", "decoder", "truncation", "padding" })
            {
                Require(!root.TryGetProperty(unused, out var value) || value.ValueKind == JsonValueKind.Null, file, $"{unused} must be null");
            }

            var splitter = root.GetProperty("pre_tokenizer").GetProperty("type").GetString();
            Require(splitter == Splitter, file, $"pre_tokenizer.type is '{splitter}'; {Kind} vocabularies are read with {Splitter} alone");
            var entries = root.GetProperty("model")
                .GetProperty("vocab")
                .EnumerateObject()
                .ToDictionary(entry => entry.Value.GetInt32(), entry => entry.Name);
            Require(entries.Keys.Order().SequenceEqual(Enumerable.Range(0, entries.Count)), file, "ids must be 0, 1, 2, … without a gap");
            var specials = root.GetProperty("added_tokens").EnumerateArray().Select(token => token.GetProperty("content").GetString()!).ToArray();
            return new WordTokenizer([.. Enumerable.Range(0, entries.Count).Select(id => entries[id])], specials);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new ModelFormatException($"{file}: not a {Kind} vocabulary: {e.Message}", e);
        }
    }

    private static void Require(bool condition, string file, string what)
    {
        if (!condition)
        {
            throw new ModelFormatException($"{file}: {what}.");
        }
    }
}
