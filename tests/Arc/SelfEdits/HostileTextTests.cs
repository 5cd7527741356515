using System.Text;
using Seal.Arc.SelfEdits;
using Seal.Core.Randomness;
using Xunit.Abstractions;

namespace Seal.Arc.Tests.SelfEdits;

public sealed class HostileTextTests(ITestOutputHelper output)
{
    private const int Texts = 100_000;
    private const int LeastPerReason = 100;

    /// <summary>Texts beyond the size limit are not even copied; for the others a few times the limit covers bytes, values and messages.</summary>
    private const int MostBytesAllocated = 16 * EditText.MaxBytes;

    private static readonly PaperSchema Schema = PaperSchema.Instance;

    private static readonly string[] Numbers =
    [
        "0",
        "-1",
        "1e9",
        "1e-9",
        "1e999",
        "-1e999",
        "2.5",
        "1000000000",
        "1e400",
        "0.00000000001",
        "NaN",
        "Infinity",
        "0x10",
        "01",
        "1.",
        ".5",
        "--1",
        "1e",
        "3.9999999999999999999",
    ];

    private static readonly string[] Fragments =
    [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\\u",
        "\\ud800",
        "\u0000",
        "\uD800",
        "\uDC00",
        "\u202E",
        "😀",
        "é",
        "null",
        "true",
        "//",
        "/*",
        "{}",
        "\"training\":{}",
        "\"a\":1,",
        " ",
        "\n",
        "\uFEFF",
    ];

    [Fact]
    public void Parse_HundredThousandHostileTexts_NeverThrowsAndHitsEveryReason()
    {
        const ulong Seed = 20250610;
        output.WriteLine($"seed {Seed}");
        var random = new CounterRandom(new Seed(Seed));
        var reasons = EditRejection.All.ToDictionary(reason => reason, _ => 0);
        var valid = 0;
        for (var i = 0; i < Texts; i++)
        {
            var text = Draw(random, i);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var reading = Schema.Parse(text);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(
                allocated <= MostBytesAllocated,
                $"text {i} made the parser allocate {allocated} bytes: {text[..Math.Min(200, text.Length)]}"
            );
            if (reading.Rejection is { } reason)
            {
                reasons[reason]++;
                Assert.Null(reading.Payload);
                Assert.InRange(reading.Detail!.Length, 1, 200);
            }
            else
            {
                valid++;
                Assert.Equal(reading.Payload, Schema.Parse(reading.Payload!).Payload);
            }
        }

        output.WriteLine($"valid {valid}; {string.Join("; ", reasons.Select(pair => $"{pair.Key} {pair.Value}"))}");
        Assert.All(reasons, pair => Assert.True(pair.Value >= LeastPerReason, $"{pair.Key} was hit {pair.Value} times"));
    }

    private static string Draw(CounterRandom random, int number) =>
        (number % 10) switch
        {
            0 => RandomCharacters(random),
            1 => Nest(random),
            2 => Padding(random),
            3 or 4 => Replace(random, Schema.Random(random), "[-0-9.e]+(?=[,}])", Numbers),
            5 => Replace(
                random,
                Schema.Random(random),
                "\"(train_using_[a-z_]+|[a-z_]+)\"",
                ["\"x\"", "\"\"", "1", "null", "\"training\"", "\"\\ud800\"", "\"strategy\""]
            ),
            6 => Replace(
                random,
                Schema.Random(random),
                "true|false|\"train_using_[a-z_]+\"",
                ["1", "null", "\"true\"", "{}", "[]", "[[[[]]]]", "TRUE"]
            ),
            7 => Drop(random),
            8 => Schema.Random(random) + Fragments[random.NextInt(Fragments.Length)],
            _ => Mutate(random, Schema.Random(random)),
        };

    private static string RandomCharacters(CounterRandom random)
    {
        var bytes = new byte[random.NextInt(200)];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)random.NextInt(256);
        }

        // As UTF-8 with replacements, as UTF-16 with lone surrogates, or as white space.
        return random.NextInt(3) switch
        {
            0 => Encoding.UTF8.GetString(bytes),
            1 => new string([.. bytes.Select(value => (char)(random.NextInt(256) << 8 | value))]),
            _ => new string(' ', bytes.Length),
        };
    }

    private static string Nest(CounterRandom random)
    {
        var depth = 1 << random.NextInt(13);
        return random.NextInt(3) switch
        {
            0 => new string('[', depth),
            1 => new string('[', depth / 2) + new string(']', depth / 2),
            _ => string.Concat(Enumerable.Repeat("{\"training\":", Math.Min(depth, 300))),
        };
    }

    private static string Padding(CounterRandom random)
    {
        var edit = Schema.Random(random);
        return random.NextInt(3) switch
        {
            0 => edit + new string(' ', random.NextInt(8000)),
            1 => edit.Replace("0.", "0." + new string('0', random.NextInt(6000)), StringComparison.Ordinal),
            _ => edit.Insert(1, $"\"{new string('k', random.NextInt(6000))}\":1,"),
        };
    }

    private static string Replace(CounterRandom random, string text, string pattern, string[] replacements)
    {
        var matches = System.Text.RegularExpressions.Regex.Matches(text, pattern);
        var match = matches[random.NextInt(matches.Count)];
        return text[..match.Index] + replacements[random.NextInt(replacements.Length)] + text[(match.Index + match.Length)..];
    }

    /// <summary>A key less, or a key twice.</summary>
    private static string Drop(CounterRandom random)
    {
        var text = Schema.Random(random);
        var matches = System.Text.RegularExpressions.Regex.Matches(text, "\"use_[a-z]+_augmentations\":(true|false),");
        var match = matches[random.NextInt(matches.Count)];
        return random.NextBool() ? text.Remove(match.Index, match.Length) : text.Insert(match.Index, match.Value);
    }

    private static string Mutate(CounterRandom random, string text)
    {
        var mutated = new StringBuilder(text);
        for (var changes = random.NextInt(1, 5); changes > 0; changes--)
        {
            var at = random.NextInt(mutated.Length);
            switch (random.NextInt(4))
            {
                case 0:
                    mutated.Remove(at, Math.Min(random.NextInt(1, 20), mutated.Length - at));
                    break;
                case 1:
                    mutated.Insert(at, Fragments[random.NextInt(Fragments.Length)]);
                    break;
                case 2:
                    mutated[at] = (char)random.NextInt(0x110);
                    break;
                default:
                    mutated.Insert(at, mutated.ToString(at, Math.Min(random.NextInt(1, 40), mutated.Length - at)));
                    break;
            }

            if (mutated.Length == 0)
            {
                break;
            }
        }

        return mutated.ToString();
    }
}
