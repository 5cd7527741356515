using System.Globalization;
using System.Text.Json;

namespace Seal.Core.Sweeps.Reading;

/// <summary>Where a value was written.</summary>
/// <param name="Text">For messages: <c>sweeps/arc.toml:12</c>, or <c>--set inner.rank=8</c>.</param>
/// <param name="Order">Sorts by place: line and column in the file, overrides after them.</param>
/// <param name="NamesKey">True where <paramref name="Text"/> already shows the key.</param>
internal sealed record Origin(string Text, long Order, bool NamesKey = false);

/// <summary>A TOML value that remembers where it stands. Just what a sweep file needs of TOML.</summary>
internal abstract record TomlNode(Origin Origin)
{
    /// <summary>What the value is, in the words of an error message.</summary>
    public abstract string Kind { get; }

    /// <summary>For one line of a message.</summary>
    public static string Quote(string text)
    {
        var line = text.ReplaceLineEndings("\\n");
        return line.Length <= 60 ? $"\"{line}\"" : $"\"{line[..57]}…\"";
    }
}

/// <param name="Origin">Where.</param>
/// <param name="Value">long, double, bool, string, or null for a date or time (no key takes one).</param>
/// <param name="Raw">With <c>--set</c>: the text as typed, for keys that take text and would otherwise need quotes.</param>
internal sealed record TomlScalar(Origin Origin, object? Value, string? Raw = null) : TomlNode(Origin)
{
    public override string Kind =>
        Value switch
        {
            string text => $"the text {Quote(text)}",
            long whole => $"the number {whole.ToString(CultureInfo.InvariantCulture)}",
            double number => $"the number {Rule.Show(number)}",
            bool truth => truth ? "true" : "false",
            _ => "a date or time",
        };

    /// <summary>The text that is meant where a text is expected.</summary>
    public string? Text => Value as string ?? Raw;
}

internal sealed record TomlArray(Origin Origin, IReadOnlyList<TomlNode> Items) : TomlNode(Origin)
{
    public override string Kind =>
        Items.Count switch
        {
            0 => "an empty list",
            1 => "a list of one value",
            var n => $"a list of {n} values",
        };
}

internal sealed record TomlTable(Origin Origin, List<TomlEntry> Entries) : TomlNode(Origin)
{
    public override string Kind => "a table";

    /// <summary>True once a <c>[header]</c> named the table; a second one is refused.</summary>
    public bool HasHeader { get; set; }

    public TomlEntry? Find(string key) => Entries.Find(entry => entry.Key == key);

    /// <summary>Compact JSON, keys in written order.</summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (
            var writer = new Utf8JsonWriter(
                stream,
                new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
            )
        )
        {
            Write(writer, this);
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter writer, TomlNode node)
    {
        switch (node)
        {
            case TomlTable table:
                writer.WriteStartObject();
                foreach (var entry in table.Entries)
                {
                    writer.WritePropertyName(entry.Key);
                    Write(writer, entry.Value);
                }

                writer.WriteEndObject();
                break;
            case TomlArray array:
                writer.WriteStartArray();
                foreach (var item in array.Items)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case TomlScalar { Value: long whole }:
                writer.WriteNumberValue(whole);
                break;
            case TomlScalar { Value: double number } when double.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            case TomlScalar { Value: bool truth }:
                writer.WriteBooleanValue(truth);
                break;
            case TomlScalar { Value: string text }:
                writer.WriteStringValue(text);
                break;
            default:
                throw new FormatException($"{node.Kind} has no form in JSON");
        }
    }
}

/// <param name="Key">One key, without its section.</param>
/// <param name="Origin">Where the key stands.</param>
internal sealed record TomlEntry(string Key, Origin Origin, TomlNode Value);
