using System.Text;
using System.Text.Json;
using Seal.Core.Grammars;
using Seal.Core.Randomness;

namespace Seal.Arc.SelfEdits;

/// <summary>
/// A schema that is a table: an object of sections, each an object of fields. Parser, canonical writer, grammar, uniform draw and
/// enumeration all follow from the table, so they cannot disagree.
/// </summary>
/// <param name="id">The schema's name.</param>
/// <param name="sections">The table, in canonical order.</param>
public abstract class DeclaredSchema(string id, IReadOnlyList<EditSection> sections) : IEditSchema
{
    private readonly Lazy<Grammar> _grammar = new(() => MakeGrammar(sections));

    public string Id => id;

    public Grammar Grammar => _grammar.Value;

    protected IReadOnlyList<EditSection> Sections => sections;

    public abstract EditRecipe Interpret(string payload);

    public EditReading Parse(string text)
    {
        var (values, rejected) = Read(text);
        return rejected ?? EditReading.Valid(Write(values!));
    }

    public string Random(CounterRandom random) =>
        Write([.. sections.SelectMany(section => section.Fields).Select(field => field.Menu[random.NextInt(field.Menu.Count)])]);

    public IEnumerable<string> Enumerate() => Grammar.Enumerate();

    /// <summary>The values of a payload, in the order of the table.</summary>
    /// <exception cref="ArgumentException">Not a valid self-edit of this schema.</exception>
    protected double[] Values(string payload)
    {
        var (values, rejected) = Read(payload);
        return values
            ?? throw new ArgumentException($"Not a self-edit of schema '{id}': {rejected!.Rejection!.Name}: {rejected.Detail}.", nameof(payload));
    }

    /// <summary>The canonical text of these values: keys in the table's order, no white space.</summary>
    protected string Write(IReadOnlyList<double> values)
    {
        var text = new StringBuilder();
        var at = 0;
        for (var s = 0; s < sections.Count; s++)
        {
            text.Append(s == 0 ? "{" : ",").Append('"').Append(sections[s].Name).Append("\":");
            for (var f = 0; f < sections[s].Fields.Count; f++, at++)
            {
                var field = sections[s].Fields[f];
                text.Append(f == 0 ? "{" : ",").Append('"').Append(field.Name).Append("\":").Append(field.Write(values[at]));
            }

            text.Append('}');
        }

        return text.Append('}').ToString();
    }

    private static Grammar MakeGrammar(IReadOnlyList<EditSection> sections)
    {
        var parts = new List<Grammar>();
        for (var s = 0; s < sections.Count; s++)
        {
            parts.Add(Grammar.Literal($"{(s == 0 ? "{" : ",")}\"{sections[s].Name}\":"));
            for (var f = 0; f < sections[s].Fields.Count; f++)
            {
                parts.Add(Grammar.Literal($"{(f == 0 ? "{" : ",")}\"{sections[s].Fields[f].Name}\":"));
                parts.Add(sections[s].Fields[f].Grammar);
            }

            parts.Add(Grammar.Literal("}"));
        }

        parts.Add(Grammar.Literal("}"));
        return Grammar.Sequence(parts);
    }

    private (double[]? Values, EditReading? Rejected) Read(string text)
    {
        var (utf8, rejected) = EditText.Check(text);
        if (utf8 is null)
        {
            return (null, rejected);
        }

        // The text is one JSON value of bounded depth from here on: reading it cannot fail.
        var reader = new Utf8JsonReader(utf8);
        reader.Read();
        var values = new double[sections.Sum(section => section.Fields.Count)];
        var seen = new bool[sections.Count];
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return (null, EditReading.Reject(EditRejection.WrongType, "the self-edit is not an object"));
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (section, refused) = FindKey(ref reader, sections.Count, i => sections[i].Name, seen, "");
            refused ??= ReadSection(ref reader, section, values);
            if (refused is not null)
            {
                return (null, refused);
            }
        }

        var missing = Array.IndexOf(seen, false);
        return missing < 0 ? (values, null) : (null, EditReading.Reject(EditRejection.MissingKey, sections[missing].Name));
    }

    private EditReading? ReadSection(ref Utf8JsonReader reader, int section, double[] values)
    {
        var (name, fields) = (sections[section].Name, sections[section].Fields);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return EditReading.Reject(EditRejection.WrongType, $"{name} is not an object");
        }

        var first = sections.Take(section).Sum(before => before.Fields.Count);
        var seen = new bool[fields.Count];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (field, refused) = FindKey(ref reader, fields.Count, i => fields[i].Name, seen, $"{name}.");
            if (refused is null)
            {
                reader.Read();
                (values[first + field], refused) = fields[field].Read(ref reader);
            }

            if (refused is not null)
            {
                return refused;
            }
        }

        var missing = Array.IndexOf(seen, false);
        return missing < 0 ? null : EditReading.Reject(EditRejection.MissingKey, $"{name}.{fields[missing].Name}");
    }

    /// <summary>Which key the reader stands on; marks it as seen.</summary>
    private static (int Index, EditReading? Rejected) FindKey(
        ref Utf8JsonReader reader,
        int count,
        Func<int, string> name,
        bool[] seen,
        string prefix
    )
    {
        for (var i = 0; i < count; i++)
        {
            if (reader.ValueTextEquals(name(i)))
            {
                var twice = seen[i];
                seen[i] = true;
                return (i, twice ? EditReading.Reject(EditRejection.DuplicateKey, prefix + name(i)) : null);
            }
        }

        return (-1, EditReading.Reject(EditRejection.UnknownKey, $"at byte {reader.TokenStartIndex}"));
    }
}
