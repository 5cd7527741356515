using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Seal.Core.Sweeps.Reading;

/// <summary>Turns TOML text into <see cref="TomlTable"/>; syntax errors and keys set twice are reported with their lines.</summary>
internal sealed class TomlReader(SweepErrors errors, Func<TextPosition, Origin> locate)
{
    /// <summary>The document's root; whatever could be understood of it.</summary>
    public static TomlTable ReadFile(string file, string text, SweepErrors errors)
    {
        Origin Locate(TextPosition at) => new($"{file}:{at.Line + 1}", ((long)(at.Line + 1) << 20) + Math.Min(at.Column, 0xFFFFF));
        var root = new TomlTable(new Origin(file, 0), []);
        if (Parse(text, out var wrong) is not { } document)
        {
            errors.Add(Locate(new TextPosition(0, FirstBadLine(text), 0)), "", $"is not TOML here: {Sentence(wrong)}");
            return root;
        }

        // One mistake confuses the rest of its line and often the lines after it: the first messages are the ones that help.
        var mistakes = document.Diagnostics.Where(diagnostic => diagnostic.Kind == DiagnosticMessageKind.Error);
        foreach (var mistake in mistakes.DistinctBy(diagnostic => diagnostic.Span.Start.Line).Take(3))
        {
            errors.Add(Locate(mistake.Span.Start), "", $"is not TOML here: {Sentence(mistake.Message)}");
        }

        if (!errors.Any)
        {
            new TomlReader(errors, Locate).Fill(root, document);
        }

        return root;
    }

    /// <summary>Reads the right side of <c>--set key=value</c>: TOML if it is, else the text itself.</summary>
    public static TomlNode ReadValue(string text, Origin origin)
    {
        var document = Parse($"v = {text}\n", out _);
        var single = document is { HasErrors: false } && document.KeyValues.ChildrenCount == 1 && document.Tables.ChildrenCount == 0;
        if (single && document!.KeyValues.GetChild(0)?.Value is { } value)
        {
            var inner = new SweepErrors("--set");
            var node = new TomlReader(inner, _ => origin).Convert(value, origin);
            if (!inner.Any)
            {
                return node is TomlScalar scalar ? scalar with { Raw = text } : node;
            }
        }

        return new TomlScalar(origin, text, text);
    }

    /// <summary>A dotted key as its parts, or null if it is not one.</summary>
    public static IReadOnlyList<string>? ReadKey(string text)
    {
        return
            Parse($"{text} = 0\n", out _) is { HasErrors: false } document
            && document.KeyValues.ChildrenCount == 1
            && document.Tables.ChildrenCount == 0
            && document.KeyValues.GetChild(0) is { Key: { } key, Value: IntegerValueSyntax }
            ? [.. Parts(key)]
            : null;
    }

    /// <summary>The syntax tree, or null where the parser gives up instead of noting a mistake (lone surrogates, nesting too deep).</summary>
    private static DocumentSyntax? Parse(string text, out string wrong)
    {
        try
        {
            wrong = "";
            return SyntaxParser.Parse(text, "", validate: false);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            wrong = failure is Tomlyn.TomlException ? failure.Message : "it holds characters that no TOML may hold";
            return null;
        }
    }

    /// <summary>The line (from 0) with which the text stops being readable.</summary>
    private static int FirstBadLine(string text)
    {
        var lines = text.Split('\n');
        int good = 0,
            bad = lines.Length;
        while (bad - good > 1)
        {
            var middle = (good + bad) / 2;
            (good, bad) = Parse(string.Join('\n', lines.Take(middle)), out _) is null ? (good, middle) : (middle, bad);
        }

        return bad - 1;
    }

    private static string Sentence(string message)
    {
        var line = message.ReplaceLineEndings(" ").Trim();
        return line.EndsWith('.') ? line : line + ".";
    }

    private static IEnumerable<string> Parts(KeySyntax key)
    {
        yield return Part(key.Key);
        foreach (var item in key.DotKeys)
        {
            yield return Part(item.Key);
        }
    }

    private static string Part(BareKeyOrStringValueSyntax? part) =>
        part switch
        {
            BareKeySyntax bare => bare.Key?.Text ?? "",
            StringValueSyntax text => text.Value ?? "",
            _ => "",
        };

    private void Fill(TomlTable root, DocumentSyntax document)
    {
        AddAll(root, document.KeyValues, "");
        foreach (var header in document.Tables)
        {
            string[] path = [.. Parts(header.Name!)];
            var origin = locate(header.Span.Start);
            var parent = Descend(root, path.AsSpan(0, path.Length - 1), origin);
            var name = string.Join('.', path);
            var table =
                parent is null ? null
                : header is TableArraySyntax ? Append(parent, path[^1], origin, name)
                : Open(parent, path[^1], origin, name);
            if (table is not null)
            {
                AddAll(table, header.Items, name + ".");
            }
        }
    }

    private void AddAll(TomlTable table, SyntaxList<KeyValueSyntax> items, string prefix)
    {
        foreach (var item in items)
        {
            Set(table, [.. Parts(item.Key!)], item, prefix);
        }
    }

    private void Set(TomlTable table, string[] path, KeyValueSyntax item, string prefix)
    {
        var origin = locate(item.Span.Start);
        if (Descend(table, path.AsSpan(0, path.Length - 1), origin) is not { } parent)
        {
            return;
        }

        if (parent.Find(path[^1]) is { } earlier)
        {
            Twice(origin, prefix + string.Join('.', path), earlier.Origin);
            return;
        }

        parent.Entries.Add(new TomlEntry(path[^1], origin, Convert(item.Value!, origin)));
    }

    private void Twice(Origin origin, string key, Origin earlier) =>
        errors.Add(origin, key, $"is set twice, first at {earlier.Text}; a key may stand once; keep one of the two.");

    /// <summary>Walks down, making tables on the way; through a list of tables it goes into the last one, as TOML has it.</summary>
    private TomlTable? Descend(TomlTable table, ReadOnlySpan<string> path, Origin origin)
    {
        foreach (var key in path)
        {
            switch (table.Find(key)?.Value)
            {
                case null:
                    var made = new TomlTable(origin, []);
                    table.Entries.Add(new TomlEntry(key, origin, made));
                    table = made;
                    break;
                case TomlTable next:
                    table = next;
                    break;
                case TomlArray { Items: [.., TomlTable last] }:
                    table = last;
                    break;
                case var other:
                    errors.Add(origin, key, $"is {other.Kind} at {other.Origin.Text}, not a table; a key cannot be both; rename or remove one.");
                    return null;
            }
        }

        return table;
    }

    private TomlTable? Open(TomlTable parent, string key, Origin origin, string name)
    {
        var entry = parent.Find(key);
        if (entry is { Value: TomlTable { HasHeader: false } known })
        {
            known.HasHeader = true;
            return known;
        }

        if (entry is not null)
        {
            Twice(origin, $"[{name}]", entry.Origin);
            return null;
        }

        var table = new TomlTable(origin, []) { HasHeader = true };
        parent.Entries.Add(new TomlEntry(key, origin, table));
        return table;
    }

    private TomlTable? Append(TomlTable parent, string key, Origin origin, string name)
    {
        var table = new TomlTable(origin, []) { HasHeader = true };
        switch (parent.Find(key))
        {
            case null:
                parent.Entries.Add(new TomlEntry(key, origin, new TomlArray(origin, new List<TomlNode> { table })));
                return table;
            case { Value: TomlArray { Items: List<TomlNode> items } }:
                items.Add(table);
                return table;
            case var earlier:
                Twice(origin, $"[[{name}]]", earlier.Origin);
                return null;
        }
    }

    private TomlNode Convert(ValueSyntax value, Origin origin)
    {
        switch (value)
        {
            case IntegerValueSyntax whole:
                return new TomlScalar(origin, whole.Value);
            case FloatValueSyntax number:
                return new TomlScalar(origin, number.Value);
            case BooleanValueSyntax truth:
                return new TomlScalar(origin, truth.Value);
            case StringValueSyntax text:
                return new TomlScalar(origin, text.Value ?? "");
            case ArraySyntax array:
                // An array, not a list: [[headers]] may not add to what was written in place.
                return new TomlArray(origin, array.Items.Select(item => Convert(item.Value!, locate(item.Span.Start))).ToArray());
            case InlineTableSyntax inline:
                var table = new TomlTable(origin, []) { HasHeader = true };
                foreach (var item in inline.Items)
                {
                    Set(table, [.. Parts(item.KeyValue!.Key!)], item.KeyValue, "");
                }

                return table;
            default:
                return new TomlScalar(origin, null);
        }
    }
}
