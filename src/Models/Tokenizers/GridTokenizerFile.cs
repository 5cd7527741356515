using System.Text.Encodings.Web;
using System.Text.Json;
using Seal.Core.Engines;
using Seal.Core.Json;

namespace Seal.Models.Tokenizers;

/// <summary>Reads and writes a grid vocabulary: <c>{"kind":"seal-grid","version":1,"specials":[…],"pieces":[…]}</c>.</summary>
internal static class GridTokenizerFile
{
    public const string Kind = "seal-grid";
    public const int Version = 1;
    private const int MaxPieces = 65536;
    private const int MaxPieceLength = 256;
    private static readonly string[] Fields = ["kind", "version", "specials", "pieces"];

    /// <summary>The canonical file: fixed order, one piece a line.</summary>
    public static byte[] ToBytes(GridTokenizer tokenizer)
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
            json.WriteString("kind", Kind);
            json.WriteNumber("version", Version);
            WriteArray(json, "specials", tokenizer.Specials);
            WriteArray(json, "pieces", tokenizer.Pieces);
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    /// <param name="utf8">The file's content.</param>
    /// <param name="file">Names the file in messages.</param>
    /// <exception cref="ModelFormatException">Not a vocabulary of this kind; says what is wrong.</exception>
    public static GridTokenizer Parse(ReadOnlyMemory<byte> utf8, string file = "tokenizer.json")
    {
        try
        {
            using var document = UserJson.Parse(utf8, maxDepth: 8);
            var root = document.RootElement;
            foreach (var field in root.EnumerateObject())
            {
                Require(Fields.Contains(field.Name), file, $"unknown field '{field.Name}'; expected {string.Join(", ", Fields)}");
            }

            Require(root.GetProperty("kind").GetString() == Kind, file, $"kind must be \"{Kind}\"");
            Require(root.GetProperty("version").GetInt32() == Version, file, $"version must be {Version}: this file is for another release");
            var specials = Strings(root.GetProperty("specials"));
            Require(specials.SequenceEqual(GridTokens.Specials), file, $"specials must be {string.Join(' ', GridTokens.Specials)}, in this order");
            var pieces = Strings(root.GetProperty("pieces"));
            CheckPieces(pieces, file);
            return new GridTokenizer(specials, pieces);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ModelFormatException($"{file}: not a {Kind} vocabulary: {e.Message}", e);
        }
    }

    private static void CheckPieces(string[] pieces, string file)
    {
        Require(pieces.Length <= MaxPieces, file, $"{pieces.Length} pieces; at most {MaxPieces}");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var piece in pieces)
        {
            Require(piece.Length is > 0 and <= MaxPieceLength, file, $"a piece of {piece.Length} characters; expected 1..{MaxPieceLength}");
            Require(piece.All(c => c is >= ' ' and <= '~'), file, $"piece '{JsonEncodedText.Encode(piece)}' is not printable ASCII");
            Require(!GridTokens.Specials.Contains(piece), file, $"piece '{piece}' is a special token");
            Require(seen.Add(piece), file, $"piece '{piece}' stands twice");
        }

        for (var c = ' '; c <= '~'; c++)
        {
            Require(seen.Contains(c.ToString()), file, $"no piece for the character '{c}'; every printable ASCII character must be one");
        }
    }

    private static void Require(bool condition, string file, string what)
    {
        if (!condition)
        {
            throw new ModelFormatException($"{file}: {what}.");
        }
    }

    private static string[] Strings(JsonElement array) =>
        [.. array.EnumerateArray().Select(item => item.GetString() ?? throw new JsonException("null among the tokens"))];

    private static void WriteArray(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
