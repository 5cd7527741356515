using System.Globalization;
using System.Text;

namespace Seal.Models.Tokenizers.BytePairs;

/// <summary>
/// Unicode's composed form NFC (UAX 15), which Qwen's vocabularies ask for. The runtime's own needs ICU, which the project does without: there it
/// would hand every text back as it is.
/// </summary>
internal static class CanonicalComposition
{
    /// <summary>Nothing below U+0300 changes, so plain Western text costs one look.</summary>
    private const char FirstThatMayChange = '\u0300';

    private const int SyllableBase = 0xAC00,
        LeadBase = 0x1100,
        VowelBase = 0x1161,
        TailBase = 0x11A7;
    private const int Vowels = 21,
        Tails = 28,
        Leads = 19;

    private static readonly Lazy<Tables> Unicode = new(Tables.Read);

    /// <summary>NFC; half a surrogate pair becomes U+FFFD, as when it is encoded.</summary>
    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange(FirstThatMayChange, '\uFFFF'))
        {
            return text;
        }

        var points = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, points);
        }

        Order(points);
        Compose(points);
        var composed = new StringBuilder(points.Count);
        points.ForEach(point => composed.Append(new Rune(point).ToString()));
        return composed.ToString();
    }

    private static void Decompose(int point, List<int> into)
    {
        var syllable = point - SyllableBase;
        if (syllable is >= 0 and < Leads * Vowels * Tails)
        {
            into.Add(LeadBase + syllable / (Vowels * Tails));
            into.Add(VowelBase + syllable % (Vowels * Tails) / Tails);
            if (syllable % Tails > 0)
            {
                into.Add(TailBase + syllable % Tails);
            }
        }
        else if (Unicode.Value.Parts.TryGetValue(point, out var parts))
        {
            Array.ForEach(parts, part => Decompose(part, into));
        }
        else
        {
            into.Add(point);
        }
    }

    /// <summary>Marks that do not touch each other stand in the order of their classes.</summary>
    private static void Order(List<int> points)
    {
        for (var i = 1; i < points.Count; i++)
        {
            var own = Class(points[i]);
            for (var j = i; own > 0 && j > 0 && Class(points[j - 1]) > own; j--)
            {
                (points[j - 1], points[j]) = (points[j], points[j - 1]);
            }
        }
    }

    private static void Compose(List<int> points)
    {
        var (starter, last, kept) = (-1, -1, 0);
        for (var i = 0; i < points.Count; i++)
        {
            var (point, own) = (points[i], Class(points[i]));
            if (starter >= 0 && (last < own || last == -1) && Pair(points[starter], point) is { } pair)
            {
                points[starter] = pair;
                continue;
            }

            if (own == 0)
            {
                (starter, last) = (kept, -1);
            }
            else
            {
                last = own;
            }

            points[kept++] = point;
        }

        points.RemoveRange(kept, points.Count - kept);
    }

    private static int? Pair(int first, int second)
    {
        if (first - LeadBase is >= 0 and < Leads && second - VowelBase is >= 0 and < Vowels)
        {
            return SyllableBase + ((first - LeadBase) * Vowels + second - VowelBase) * Tails;
        }

        if (first - SyllableBase is >= 0 and < Leads * Vowels * Tails && (first - SyllableBase) % Tails == 0 && second - TailBase is > 0 and < Tails)
        {
            return first + second - TailBase;
        }

        return Unicode.Value.Pairs.TryGetValue((first, second), out var composed) ? composed : null;
    }

    private static int Class(int point) => Unicode.Value.Classes.GetValueOrDefault(point);

    private sealed record Tables(Dictionary<int, int> Classes, Dictionary<int, int[]> Parts, Dictionary<(int, int), int> Pairs)
    {
        public static Tables Read()
        {
            var tables = new Tables([], [], []);
            using var stream =
                typeof(Tables).Assembly.GetManifestResourceStream("Seal.Models.Tokenizers.BytePairs.composition.txt")
                ?? throw new InvalidOperationException("The table of compositions is not embedded.");
            using var reader = new StreamReader(stream);
            while (reader.ReadLine() is { } line)
            {
                if (line.StartsWith('#'))
                {
                    continue;
                }

                var words = line.Split(' ');
                var isExcluded = words[^1] == "!";
                var point = Number(words[0]);
                if (words[1] != "0")
                {
                    tables.Classes[point] = int.Parse(words[1], CultureInfo.InvariantCulture);
                }

                int[] parts = [.. words[2..^(isExcluded ? 1 : 0)].Select(Number)];
                if (parts.Length > 0)
                {
                    tables.Parts[point] = parts;
                }

                if (parts.Length == 2 && !isExcluded)
                {
                    tables.Pairs[(parts[0], parts[1])] = point;
                }
            }

            return tables;
        }

        private static int Number(string hex) => int.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
