using Seal.Core.Sweeps.Reading;

namespace Seal.Core.Sweeps;

/// <summary>What <c>--set key=value</c> says: it takes the place of the key in the file, or stands beside it.</summary>
public sealed record SweepOverride
{
    private SweepOverride(string text, IReadOnlyList<string> path, string value)
    {
        Text = text;
        Path = path;
        Value = value;
    }

    /// <summary>As typed, <c>inner.rank=8</c>.</summary>
    public string Text { get; }

    internal IReadOnlyList<string> Path { get; }

    internal string Value { get; }

    /// <summary>
    /// Reads <c>inner.rank=8</c>, <c>inner.rank=[8, 16]</c> (an axis), <c>tasks.path=/data/arc</c> (text needs no quotes),
    /// <c>arms.seal.proposer=policy</c> (an arm by its name).
    /// </summary>
    /// <exception cref="SweepException">There is no key or no '='.</exception>
    public static SweepOverride Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var key = equals < 0 ? text : text[..equals];
        return equals > 0 && TomlReader.ReadKey(key.Trim()) is { } path
            ? new SweepOverride(text, path, text[(equals + 1)..].Trim())
            : throw new SweepException(
                $"--set {text.ReplaceLineEndings(" ")}: {TomlNode.Quote(key)} is not followed by a value; expected key=value, e.g. --set "
                    + $"inner.rank=8."
            );
    }

    public override string ToString() => Text;
}

/// <summary>Several <see cref="SweepOverride"/>.</summary>
public static class SweepOverrides
{
    public static IReadOnlyList<SweepOverride> None { get; } = [];

    /// <exception cref="SweepException">One of them is not <c>key=value</c>.</exception>
    public static IReadOnlyList<SweepOverride> Parse(params IEnumerable<string> texts) => [.. texts.Select(SweepOverride.Parse)];

    /// <summary>Puts the values into the document. A key given by two overrides is an error.</summary>
    internal static void Apply(IReadOnlyList<SweepOverride> overrides, TomlTable root, SweepErrors errors)
    {
        for (var i = 0; i < overrides.Count; i++)
        {
            var given = overrides[i];
            var origin = new Origin($"--set {given.Text.ReplaceLineEndings(" ")}", (1L << 50) + i, NamesKey: true);
            if (overrides.Take(i).Any(earlier => earlier.Path.SequenceEqual(given.Path)))
            {
                errors.Add(origin, "", "the key is given twice with --set; keep one of the two.");
                continue;
            }

            if (Parent(root, given.Path, origin, errors) is { } parent)
            {
                var key = given.Path[^1];
                var value = TomlReader.ReadValue(given.Value, origin);
                var at = parent.Entries.FindIndex(entry => entry.Key == key);
                if (at >= 0)
                {
                    parent.Entries[at] = new TomlEntry(key, origin, value);
                }
                else
                {
                    parent.Entries.Add(new TomlEntry(key, origin, value));
                }
            }
        }
    }

    private static TomlTable? Parent(TomlTable root, IReadOnlyList<string> path, Origin origin, SweepErrors errors)
    {
        var table = root;
        for (var i = 0; i < path.Count - 1; i++)
        {
            switch (table.Find(path[i])?.Value)
            {
                case null:
                    var made = new TomlTable(origin, []);
                    table.Entries.Add(new TomlEntry(path[i], origin, made));
                    table = made;
                    break;
                case TomlTable next:
                    table = next;
                    break;
                case TomlArray { Items: [TomlTable, ..] } list when i + 1 < path.Count - 1:
                    var name = path[++i];
                    var named = list
                        .Items.OfType<TomlTable>()
                        .FirstOrDefault(item => item.Find("name")?.Value is TomlScalar { Text: { } text } && text == name);
                    if (named is null)
                    {
                        var known = list.Items.OfType<TomlTable>().Select(item => (item.Find("name")?.Value as TomlScalar)?.Text).OfType<string>();
                        errors.Add(
                            origin,
                            "",
                            $"there is no {path[i - 1]} entry named {TomlNode.Quote(name)}; expected one of {string.Join(", ", known)}."
                        );
                        return null;
                    }

                    table = named;
                    break;
                case var other:
                    errors.Add(origin, "", $"{path[i]} is {other.Kind}, not a table; expected e.g. inner.rank=8, or arms.<name>.edit=… for an arm.");
                    return null;
            }
        }

        return table;
    }
}
