using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Seal.Silo.Packs;

/// <summary>
/// A long JSON text inside a document. System.Text.Json refuses texts of more than 166 MB, so it is written in parts; and a look-up row repeats the
/// hash of every trial, which no compressor makes small, so hashes are written once and numbered where they stand.
/// </summary>
public sealed partial class LongTextConverter : JsonConverter<string>
{
    /// <summary>Before a number, which ends with <see cref="End"/>. JSON texts have no such character: it would be escaped.</summary>
    private const char Mark = '\u0001';
    private const char End = ';';
    private const int Part = 4 << 20;

    public override bool HandleNull => true;

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options)
    {
        if (value.Contains(Mark, StringComparison.Ordinal))
        {
            throw new JsonException("The text has U+0001 in it, which JSON would have escaped.");
        }

        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var text = Hash()
            .Replace(
                value,
                found =>
                {
                    if (!numbers.TryGetValue(found.Value, out var number))
                    {
                        numbers.Add(found.Value, number = numbers.Count);
                    }

                    return string.Create(CultureInfo.InvariantCulture, $"{Mark}{number}{End}");
                }
            );
        writer.WriteStartObject();
        writer.WriteStartArray("hashes");
        foreach (var hash in numbers.OrderBy(entry => entry.Value))
        {
            writer.WriteStringValue(hash.Key);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("parts");
        for (var from = 0; from < text.Length; )
        {
            // Not between the halves of a character outside the basic plane.
            var to = Math.Min(text.Length, from + Part);
            to -= to < text.Length && char.IsHighSurrogate(text[to - 1]) ? 1 : 0;
            writer.WriteStringValue(text.AsSpan(from, to - from));
            from = to;
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var packed = JsonSerializer.Deserialize<Packed>(ref reader, Strict) ?? throw new JsonException("The text is null.");
        var text = new StringBuilder();
        foreach (var part in packed.Parts)
        {
            text.Append(part);
        }

        return Number()
            .Replace(
                text.ToString(),
                found =>
                    int.TryParse(found.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    && number < packed.Hashes.Count
                        ? packed.Hashes[number]
                        : throw new JsonException($"The text has no hash {found.Groups[1].Value}.")
            );
    }

    private static JsonSerializerOptions Strict { get; } =
        new(JsonSerializerDefaults.Web)
        {
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
        };

    private sealed record Packed(IReadOnlyList<string> Hashes, IReadOnlyList<string> Parts);

    [GeneratedRegex("[0-9a-f]{64}")]
    private static partial Regex Hash();

    [GeneratedRegex($"\u0001([0-9]+);")]
    private static partial Regex Number();
}
