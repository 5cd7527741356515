using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Seal.Silo.Packs;

/// <summary>
/// A long JSON text inside a document. System.Text.Json refuses texts of more than 166 MB, so it stands there in parts; and a look-up row repeats the
/// hash of every trial, which no compressor makes small, so hashes are written once and numbered where they stand.
/// </summary>
/// <param name="Hashes">SHA-256 in lower-case hexadecimal, in the order in which they first appear.</param>
/// <param name="Parts">The text, with <c>U+0001 number ;</c> in the place of each hash.</param>
public sealed partial record LongText(IReadOnlyList<string> Hashes, IReadOnlyList<string> Parts)
{
    /// <summary>JSON texts have no such character: it would be escaped.</summary>
    private const char Mark = '\u0001';
    private const char End = ';';
    private const int Part = 4 << 20;

    /// <param name="json">Any JSON text.</param>
    /// <exception cref="ArgumentException">It has U+0001 in it, which JSON does not allow.</exception>
    public static LongText Of(string json)
    {
        if (json.Contains(Mark, StringComparison.Ordinal))
        {
            throw new ArgumentException("The text has U+0001 in it, which JSON would have escaped.", nameof(json));
        }

        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var text = Hash()
            .Replace(
                json,
                found =>
                {
                    if (!numbers.TryGetValue(found.Value, out var number))
                    {
                        numbers.Add(found.Value, number = numbers.Count);
                    }

                    return string.Create(CultureInfo.InvariantCulture, $"{Mark}{number}{End}");
                }
            );
        var parts = new List<string>();
        for (var from = 0; from < text.Length; )
        {
            // Not between the halves of a character outside the basic plane.
            var to = Math.Min(text.Length, from + Part);
            to -= to < text.Length && char.IsHighSurrogate(text[to - 1]) ? 1 : 0;
            parts.Add(text[from..to]);
            from = to;
        }

        return new LongText([.. numbers.OrderBy(entry => entry.Value).Select(entry => entry.Key)], parts);
    }

    /// <summary>The whole text.</summary>
    /// <exception cref="InvalidDataException">It names a hash that is not there.</exception>
    public string ToText() =>
        Number()
            .Replace(
                string.Concat(Parts),
                found =>
                    int.TryParse(found.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < Hashes.Count
                        ? Hashes[number]
                        : throw new InvalidDataException($"was changed: it has no hash {found.Groups[1].Value}.")
            );

    [GeneratedRegex("[0-9a-f]{64}")]
    private static partial Regex Hash();

    [GeneratedRegex("\u0001([0-9]+);")]
    private static partial Regex Number();
}
