using System.Globalization;
using System.Text.Json;
using Seal.Core.Grammars;

namespace Seal.Arc.SelfEdits;

/// <summary>One setting of a self-edit: what a text may say (range) and what sampling offers (menu). Values travel as doubles.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Menu">What the grammar, the random proposer and enumeration offer, in order; part of the range.</param>
public abstract record EditField(string Name, IReadOnlyList<double> Menu)
{
    /// <summary>The value as canonical JSON; equal values give equal bytes.</summary>
    public abstract string Write(double value);

    /// <summary>The value that the reader stands on, or why it is none.</summary>
    internal abstract (double Value, EditReading? Rejected) Read(ref Utf8JsonReader reader);

    /// <summary>The menu as a grammar.</summary>
    public Grammar Grammar => Grammar.Choice(Menu.Select(Write));

    private protected (double, EditReading?) Refuse(EditRejection rejection, string detail) =>
        (0, EditReading.Reject(rejection, $"{Name}: {detail}"));

    private protected (double, EditReading?) ReadNumber(ref Utf8JsonReader reader, double least, double most, bool whole)
    {
        if (reader.TokenType != JsonTokenType.Number)
        {
            return Refuse(EditRejection.WrongType, "not a number");
        }

        // Utf8Parser rounds correctly and gives ±∞ for what double cannot hold.
        if (!reader.TryGetDouble(out var value) || !double.IsFinite(value))
        {
            return Refuse(EditRejection.NotFinite, "too large for a number");
        }

        if (whole && value != Math.Floor(value))
        {
            return Refuse(EditRejection.NotAnInteger, "not a whole number");
        }

        return value >= least && value <= most
            ? (value, null)
            : Refuse(EditRejection.OutOfRange, $"{value.ToString("R", CultureInfo.InvariantCulture)} is not in {Write(least)}..{Write(most)}");
    }
}

/// <summary><c>true</c> or <c>false</c>; 1 or 0 as a value.</summary>
internal sealed record SwitchField(string Name) : EditField(Name, [1, 0])
{
    public override string Write(double value) => value != 0 ? "true" : "false";

    internal override (double, EditReading?) Read(ref Utf8JsonReader reader) =>
        reader.TokenType switch
        {
            JsonTokenType.True => (1, null),
            JsonTokenType.False => (0, null),
            _ => Refuse(EditRejection.WrongType, "neither true nor false"),
        };
}

/// <summary>One of some words; its index as a value.</summary>
internal sealed record WordField(string Name, IReadOnlyList<string> Words)
    : EditField(Name, [.. Enumerable.Range(0, Words.Count).Select(i => (double)i)])
{
    public override string Write(double value) => $"\"{Words[(int)value]}\"";

    internal override (double, EditReading?) Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            return Refuse(EditRejection.WrongType, "not a text");
        }

        for (var i = 0; i < Words.Count; i++)
        {
            if (reader.ValueTextEquals(Words[i]))
            {
                return (i, null);
            }
        }

        return Refuse(EditRejection.UnknownValue, $"none of {string.Join(", ", Words)}");
    }
}

/// <summary>A real number.</summary>
internal sealed record RealField(string Name, double Least, double Most, IReadOnlyList<double> Menu) : EditField(Name, Menu)
{
    public override string Write(double value) => DecimalText.Write(value);

    internal override (double, EditReading?) Read(ref Utf8JsonReader reader) => ReadNumber(ref reader, Least, Most, whole: false);
}

/// <summary>A whole number; 2, 2.0 and 2e0 are the same.</summary>
internal sealed record CountField(string Name, int Least, int Most, IReadOnlyList<double> Menu) : EditField(Name, Menu)
{
    public override string Write(double value) => ((int)value).ToString(CultureInfo.InvariantCulture);

    internal override (double, EditReading?) Read(ref Utf8JsonReader reader) => ReadNumber(ref reader, Least, Most, whole: true);
}

/// <summary>Named fields inside an object of the document.</summary>
public sealed record EditSection(string Name, IReadOnlyList<EditField> Fields);
