using System.Globalization;

namespace Seal.Models.Tokenizers.Chat;

/// <summary>Filters, tests, methods and functions that chat templates use. There is no clock: a template that would ask for today's date gets its
/// own default.</summary>
internal static class TemplateLibrary
{
    private const int LongestRange = 100_000;

    /// <exception cref="TemplateException">There is no such filter here.</exception>
    public static object? Filter(string name, object? value, List<object?> arguments, Dictionary<string, object?> named)
    {
        object? Argument(int place, string key, object? fallback = null) =>
            place < arguments.Count ? arguments[place]
            : named.TryGetValue(key, out var given) ? given
            : fallback;

        return name switch
        {
            "trim" => Argument(0, "chars") is string chars ? TemplateValues.Text(value).Trim(chars.ToCharArray()) : TemplateValues.Text(value).Trim(),
            "length" or "count" => TemplateValues.Length(value),
            "upper" => TemplateValues.Text(value).ToUpperInvariant(),
            "lower" => TemplateValues.Text(value).ToLowerInvariant(),
            "capitalize" => TemplateValues.Text(value) is { Length: > 0 } text ? char.ToUpperInvariant(text[0]) + text[1..].ToLowerInvariant() : "",
            "string" or "safe" => TemplateValues.Text(value),
            "int" => long.TryParse(TemplateValues.Text(value), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole
            : value is double number ? (long)number
            : 0L,
            "list" => new List<object?>(TemplateValues.Items(value)),
            "items" => Pairs(value),
            "first" => TemplateValues.Items(value) is [var first, ..] ? first : Undefined.Value,
            "last" => TemplateValues.Items(value) is [.., var last] ? last : Undefined.Value,
            "reverse" => value is string reversed
                ? string.Concat(TemplateValues.Items(reversed).AsEnumerable().Reverse())
                : Enumerable.Reverse(TemplateValues.Items(value)).ToList(),
            "join" => string.Join(TemplateValues.Text(Argument(0, "d", "")), TemplateValues.Items(value).Select(TemplateValues.Text)),
            "replace" => TemplateValues
                .Text(value)
                .Replace(TemplateValues.Text(Argument(0, "old")), TemplateValues.Text(Argument(1, "new")), StringComparison.Ordinal),
            "default" or "d" => value is Undefined || (TemplateValues.IsTrue(Argument(1, "boolean", false)) && !TemplateValues.IsTrue(value))
                ? Argument(0, "default_value", "")
                : value,
            "tojson" => TemplateValues.Json(value, Argument(0, "indent") as long?),
            "selectattr" or "rejectattr" => Select(value, arguments, wanted: name == "selectattr"),
            "map" when named.TryGetValue("attribute", out var attribute) => TemplateValues
                .Items(value)
                .Select(item => TemplateValues.Member(item, attribute))
                .ToList(),
            _ => throw new TemplateException($"the filter '{name}' is not known here"),
        };
    }

    /// <exception cref="TemplateException">There is no such test here.</exception>
    public static bool Test(string name, object? value, object? argument = null) =>
        name switch
        {
            "defined" => value is not Undefined,
            "undefined" => value is Undefined,
            "none" => value is null,
            "string" => value is string,
            "mapping" => value is Dictionary<string, object?>,
            "sequence" or "iterable" => value is string or List<object?> or Dictionary<string, object?>,
            "number" => value is long or double,
            "integer" => value is long,
            "float" => value is double,
            "boolean" => value is bool,
            "true" => value is true,
            "false" => value is false,
            "callable" => value is TemplateFunction,
            "odd" => value is long odd && odd % 2 != 0,
            "even" => value is long even && even % 2 == 0,
            "equalto" or "eq" => TemplateValues.Equals(value, argument),
            "in" => TemplateValues.Contains(argument, value),
            _ => throw new TemplateException($"the test '{name}' is not known here"),
        };

    /// <summary>A method of a text or mapping, or null.</summary>
    public static TemplateFunction? Method(object? value, string name) =>
        (value, name) switch
        {
            (string text, "strip") => (arguments, _) => arguments is [string chars] ? text.Trim(chars.ToCharArray()) : text.Trim(),
            (string text, "lstrip") => (arguments, _) => arguments is [string chars] ? text.TrimStart(chars.ToCharArray()) : text.TrimStart(),
            (string text, "rstrip") => (arguments, _) => arguments is [string chars] ? text.TrimEnd(chars.ToCharArray()) : text.TrimEnd(),
            (string text, "upper") => (_, _) => text.ToUpperInvariant(),
            (string text, "lower") => (_, _) => text.ToLowerInvariant(),
            (string text, "startswith") => (arguments, _) => arguments is [string start, ..] && text.StartsWith(start, StringComparison.Ordinal),
            (string text, "endswith") => (arguments, _) => arguments is [string end, ..] && text.EndsWith(end, StringComparison.Ordinal),
            (string text, "replace") => (arguments, _) =>
                arguments is [string { Length: > 0 } old, string fresh, ..] ? text.Replace(old, fresh, StringComparison.Ordinal) : text,
            (string text, "split") => (arguments, _) =>
                (
                    arguments is [string { Length: > 0 } by, ..]
                        ? text.Split(by, arguments is [_, long most] && most >= 0 ? (int)most + 1 : int.MaxValue)
                        : text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                )
                    .Cast<object?>()
                    .ToList(),
            (Dictionary<string, object?> map, "items") => (_, _) => Pairs(map),
            (Dictionary<string, object?> map, "keys") => (_, _) => map.Keys.Cast<object?>().ToList(),
            (Dictionary<string, object?> map, "values") => (_, _) => map.Values.ToList(),
            (Dictionary<string, object?> map, "get") => (arguments, _) =>
                arguments is [string key, ..] && map.TryGetValue(key, out var found) ? found : arguments.ElementAtOrDefault(1),
            _ => null,
        };

    /// <summary>Functions that every template may call.</summary>
    /// <param name="scope">The rendering whose steps they count.</param>
    public static IEnumerable<KeyValuePair<string, object?>> Functions(TemplateScope scope)
    {
        yield return new(
            "raise_exception",
            (TemplateFunction)(
                (arguments, _) =>
                    throw new TemplateException($"the template refuses these messages: {TemplateValues.Text(arguments.FirstOrDefault())}")
            )
        );
        yield return new("namespace", (TemplateFunction)((_, named) => new Dictionary<string, object?>(named)));
        yield return new("dict", (TemplateFunction)((_, named) => new Dictionary<string, object?>(named)));
        yield return new(
            "range",
            (TemplateFunction)(
                (arguments, _) =>
                    Range(scope, [.. arguments.Select(argument => argument as long? ?? throw new TemplateException("range takes whole numbers"))])
            )
        );
    }

    private static List<object?> Range(TemplateScope scope, long[] bounds)
    {
        var (start, end, step) = bounds switch
        {
            [var only] => (0L, only, 1L),
            [var from, var to] => (from, to, 1L),
            [var from, var to, not 0 and var by] => (from, to, by),
            _ => throw new TemplateException("range takes one to three numbers"),
        };
        var items = new List<object?>();
        for (var i = start; step > 0 ? i < end : i > end; i += step)
        {
            items.Add(i);
            if (items.Count > LongestRange)
            {
                throw new TemplateException($"a range of more than {LongestRange}");
            }
        }

        scope.Spend(items.Count / 8);
        return items;
    }

    private static List<object?> Pairs(object? value) =>
        value is Dictionary<string, object?> map
            ? [.. map.Select(pair => (object?)new List<object?> { pair.Key, pair.Value })]
            : throw new TemplateException($"{TemplateValues.Kind(value)} has no items");

    private static List<object?> Select(object? value, List<object?> arguments, bool wanted)
    {
        if (arguments is not [string attribute, .. var rest])
        {
            throw new TemplateException("selectattr takes an attribute");
        }

        return
        [
            .. TemplateValues
                .Items(value)
                .Where(item =>
                {
                    var member = TemplateValues.Member(item, attribute);
                    return wanted == (rest is [string test, ..] ? Test(test, member, rest.ElementAtOrDefault(1)) : TemplateValues.IsTrue(member));
                }),
        ];
    }
}
