using System.Text.Json;
using Seal.Core.Files;

namespace Seal.Core.Json;

/// <summary>
/// Reads JSON that a user gave: tasks, self-edits, token rows, the files of a model folder. Everything that does goes through here, so that all of
/// it is strict in the same way: a key may stand once in an object, nothing may follow the document, comments and trailing commas are refused, and
/// a byte order mark is passed over.
/// </summary>
public static class UserJson
{
    /// <summary>Deepest nesting where a caller has no smaller limit of its own.</summary>
    public const int MostDepth = 64;

    /// <param name="utf8">The file's bytes. They stay in use as long as the document does.</param>
    /// <param name="maxDepth">Deepest nesting that is read.</param>
    /// <exception cref="DuplicateKeyException">A key stands twice in one object: which of the two was meant cannot be known.</exception>
    /// <exception cref="JsonException">Not JSON.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8, int maxDepth = MostDepth)
    {
        var bytes = utf8.Span.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8;
        try
        {
            return JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = maxDepth, AllowDuplicateProperties = false });
        }
        catch (JsonException wrong)
        {
            throw Duplicate(bytes.Span, maxDepth, wrong) ?? Mistaken(bytes.Span, wrong) ?? wrong;
        }
        catch (InvalidOperationException wrong)
        {
            // Half of a surrogate pair, by itself.
            throw new JsonException("a key is not valid Unicode.", wrong);
        }
    }

    /// <inheritdoc cref="Parse(ReadOnlyMemory{byte}, int)"/>
    /// <param name="text">The document.</param>
    /// <param name="maxDepth">Deepest nesting that is read.</param>
    public static JsonDocument Parse(string text, int maxDepth = MostDepth) => Parse(System.Text.Encoding.UTF8.GetBytes(text), maxDepth);

    /// <summary>Files of other kinds that stand in the place of JSON, each with what to do; null for any other mistake.</summary>
    private static JsonException? Mistaken(ReadOnlySpan<byte> bytes, JsonException wrong) =>
        bytes switch
        {
            [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] or [0, not 0, ..] or [not 0, 0, ..] => new JsonException("it is UTF-16; save it as UTF-8.", wrong),
            _ when StandIn.Of(bytes) is { } pointer => new JsonException($"it {pointer}", wrong),
            _ => null,
        };

    /// <summary>The first key that stands twice, which the parser does not tell the place of; null where something else is wrong.</summary>
    private static DuplicateKeyException? Duplicate(ReadOnlySpan<byte> utf8, int maxDepth, JsonException wrong)
    {
        var objects = new Stack<HashSet<string>>();
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = maxDepth });
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject:
                        objects.Push(new HashSet<string>(StringComparer.Ordinal));
                        break;
                    case JsonTokenType.EndObject:
                        objects.Pop();
                        break;
                    case JsonTokenType.PropertyName when reader.GetString() is { } key && !objects.Peek().Add(key):
                        return new DuplicateKeyException(key, 1 + utf8[..(int)reader.TokenStartIndex].Count((byte)'\n'), wrong);
                    default:
                        break;
                }
            }
        }
        catch (Exception other) when (other is JsonException or InvalidOperationException)
        {
            // Something else is wrong before a key stands twice.
        }

        return null;
    }
}

/// <summary>A key stands twice in one object of a JSON file.</summary>
/// <param name="key">The key.</param>
/// <param name="line">Line of the second one, from 1.</param>
/// <param name="inner">What the parser said.</param>
public sealed class DuplicateKeyException(string key, int line, Exception inner)
    : JsonException(
        $"line {line.ToString(System.Globalization.CultureInfo.InvariantCulture)}: the key \"{Shown(key)}\" stands twice in one object; keep one of "
            + $"the two.",
        inner
    )
{
    private const int Longest = 80;

    public string Key => key;

    /// <summary>Line of the second one, from 1.</summary>
    public int Line => line;

    private static string Shown(string key) => key.Length <= Longest ? key : key[..Longest] + "…";
}
