using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Seal.Models.Tokenizers.Chat;

/// <summary>What a name stands for that nobody has set: prints nothing, is false, has no members.</summary>
internal sealed class Undefined
{
    public static Undefined Value { get; } = new();

    private Undefined() { }
}

/// <summary>A function or method as a value.</summary>
internal delegate object? TemplateFunction(List<object?> arguments, Dictionary<string, object?> named);

/// <summary>
/// What templates do with values. These are null, <see cref="Undefined"/>, bool, long, double, string, <c>List&lt;object?&gt;</c>,
/// <c>Dictionary&lt;string, object?&gt;</c> and <see cref="TemplateFunction"/>.
/// </summary>
internal static class TemplateValues
{
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static bool IsTrue(object? value) =>
        value switch
        {
            null or Undefined => false,
            bool truth => truth,
            long number => number != 0,
            double number => number != 0,
            string text => text.Length > 0,
            ICollection many => many.Count > 0,
            _ => true,
        };

    /// <summary>As Python's str writes it.</summary>
    public static string Text(object? value) =>
        value switch
        {
            null => "None",
            Undefined => "",
            bool truth => truth ? "True" : "False",
            double number => number == Math.Floor(number) && Math.Abs(number) < 1e15
                ? number.ToString("0.0", CultureInfo.InvariantCulture)
                : number.ToString("R", CultureInfo.InvariantCulture),
            string text => text,
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            List<object?> list => $"[{string.Join(", ", list.Select(Quoted))}]",
            Dictionary<string, object?> map => $"{{{string.Join(", ", map.Select(pair => $"{Quoted(pair.Key)}: {Quoted(pair.Value)}"))}}}",
            _ => throw new TemplateException("a function has no text"),
        };

    public static new bool Equals(object? a, object? b) =>
        (a, b) switch
        {
            (Undefined, Undefined) => true,
            (bool x, bool y) => x == y,
            (string x, string y) => x == y,
            (List<object?> x, List<object?> y) => x.Count == y.Count && x.Zip(y).All(pair => Equals(pair.First, pair.Second)),
            (null, null) => true,
            _ => IsNumber(a) && IsNumber(b) ? Number(a) == Number(b) : ReferenceEquals(a, b),
        };

    public static int Compare(object? a, object? b) =>
        (a, b) switch
        {
            (string x, string y) => string.CompareOrdinal(x, y),
            _ when IsNumber(a) && IsNumber(b) => Number(a).CompareTo(Number(b)),
            _ => throw new TemplateException($"{Kind(a)} and {Kind(b)} have no order"),
        };

    public static bool Contains(object? whole, object? part) =>
        whole switch
        {
            string text when part is string piece => text.Contains(piece, StringComparison.Ordinal),
            List<object?> list => list.Exists(item => Equals(item, part)),
            Dictionary<string, object?> map => part is string key && map.ContainsKey(key),
            Undefined => false,
            _ => throw new TemplateException($"nothing can be in {Kind(whole)}"),
        };

    public static object Add(object? a, object? b) =>
        (a, b) switch
        {
            (string x, string y) => x + y,
            (List<object?> x, List<object?> y) => new List<object?>([.. x, .. y]),
            _ => Calculate("+", a, b),
        };

    public static object Calculate(string sign, object? a, object? b)
    {
        if (sign == "*" && a is string text && b is long times)
        {
            return times is >= 0 and < 10_000
                ? string.Concat(Enumerable.Repeat(text, (int)times))
                : throw new TemplateException("a text is repeated too often");
        }

        if (!IsNumber(a) || !IsNumber(b))
        {
            throw new TemplateException($"'{sign}' is not defined for {Kind(a)} and {Kind(b)}");
        }

        if (a is double || b is double || sign == "/")
        {
            var (x, y) = (Number(a), Number(b));
            return sign switch
            {
                "+" => x + y,
                "-" => x - y,
                "*" => x * y,
                "/" => x / y,
                "//" => Math.Floor(x / y),
                _ => x - y * Math.Floor(x / y),
            };
        }

        var (m, n) = ((long)Number(a), (long)Number(b));
        if (n == 0 && (sign is "//" or "%"))
        {
            throw new TemplateException("division by zero");
        }

        // As Python: quotient and remainder go down, not towards zero.
        return sign switch
        {
            "+" => m + n,
            "-" => m - n,
            "*" => m * n,
            "//" => (long)Math.Floor((double)m / n),
            _ => ((m % n) + n) % n,
        };
    }

    public static List<object?> Items(object? value) =>
        value switch
        {
            List<object?> list => list,
            Dictionary<string, object?> map => [.. map.Keys],
            string text => [.. text.EnumerateRunes().Select(rune => rune.ToString())],
            Undefined => [],
            _ => throw new TemplateException($"{Kind(value)} cannot be walked through"),
        };

    public static long Length(object? value) =>
        value switch
        {
            string text => text.EnumerateRunes().Count(),
            _ => Items(value).Count,
        };

    /// <summary>value[key], or value.key.</summary>
    public static object? Member(object? value, object? key)
    {
        switch (value, key)
        {
            case (Dictionary<string, object?> map, string name) when map.TryGetValue(name, out var found):
                return found;
            case (List<object?> list, long index):
                index += index < 0 ? list.Count : 0;
                return index >= 0 && index < list.Count ? list[(int)index] : Undefined.Value;
            case (string text, long index):
                return Member(Items(text), index);
            case (Undefined or null, _):
                throw new TemplateException($"{Kind(value)} has no member '{Text(key)}'");
            case (_, string name) when TemplateLibrary.Method(value, name) is { } method:
                return method;
            default:
                return Undefined.Value;
        }
    }

    /// <summary>value[from:to:step].</summary>
    public static object Slice(object? value, object? from, object? to, object? step)
    {
        var items = Items(value);
        var stride = step is long given and not 0 ? given : 1;
        var first =
            from is long f ? Clamp(f)
            : stride > 0 ? 0
            : items.Count - 1;
        var last =
            to is long t ? Clamp(t)
            : stride > 0 ? items.Count
            : -1;
        var taken = new List<object?>();
        for (var i = first; stride > 0 ? i < last : i > last; i += stride)
        {
            if (i >= 0 && i < items.Count)
            {
                taken.Add(items[(int)i]);
            }
        }

        return value is string ? string.Concat(taken) : taken;

        long Clamp(long index) =>
            Math.Clamp(index < 0 ? index + items.Count : index, stride > 0 ? 0 : -1, stride > 0 ? items.Count : items.Count - 1);
    }

    public static string Json(object? value, long? indent)
    {
        var node = Node(value);
        if (indent is not { } width)
        {
            return Spaced(node?.ToJsonString(Compact) ?? "null");
        }

        return node?.ToJsonString(
                new JsonSerializerOptions
                {
                    Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
                    WriteIndented = true,
                    IndentSize = (int)Math.Clamp(width, 0, 16),
                    NewLine = "\n",
                }
            )
            ?? "null";
    }

    public static string Kind(object? value) =>
        value switch
        {
            null => "none",
            Undefined => "something undefined",
            bool => "a truth value",
            string => "a text",
            List<object?> => "a list",
            Dictionary<string, object?> => "a mapping",
            TemplateFunction => "a function",
            _ => "a number",
        };

    public static bool IsNumber(object? value) => value is long or double or bool;

    private static double Number(object? value) =>
        value switch
        {
            long n => n,
            double n => n,
            bool truth => truth ? 1 : 0,
            _ => double.NaN,
        };

    private static string Quoted(object? value) =>
        value is string text
            ? $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}'"
            : Text(value);

    private static JsonNode? Node(object? value) =>
        value switch
        {
            null => null,
            bool truth => JsonValue.Create(truth),
            long number => JsonValue.Create(number),
            double number => JsonValue.Create(number),
            string text => JsonValue.Create(text),
            List<object?> list => new JsonArray([.. list.Select(Node)]),
            Dictionary<string, object?> map => new JsonObject(map.Select(pair => KeyValuePair.Create(pair.Key, Node(pair.Value)))),
            _ => throw new TemplateException($"{Kind(value)} cannot be written as JSON"),
        };

    /// <summary>Python writes a blank behind commas and colons.</summary>
    private static string Spaced(string json)
    {
        var (text, inString) = (new StringBuilder(), false);
        for (var i = 0; i < json.Length; i++)
        {
            text.Append(json[i]);
            if (inString && json[i] == '\\')
            {
                text.Append(json[++i]);
            }
            else if (json[i] == '"')
            {
                inString = !inString;
            }
            else if (!inString && (json[i] is ',' or ':'))
            {
                text.Append(' ');
            }
        }

        return text.ToString();
    }
}
