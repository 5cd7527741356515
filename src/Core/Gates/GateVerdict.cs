using System.Text.Json.Serialization;

namespace Seal.Core.Gates;

/// <summary>What a gate says of a version of the policy.</summary>
public enum GateOutcome
{
    /// <summary>The version becomes the policy.</summary>
    Promoted,

    /// <summary>Too few cases, or an interval on both sides of its limit: the last promoted version stays the policy.</summary>
    Undecided,

    /// <summary>A rule has shown harm: the last promoted version stays the policy.</summary>
    Quarantined,
}

/// <summary>What a gate found in one look at a version; a part of <c>results.json</c>. It follows from the records of two phases alone.</summary>
/// <param name="Rules">One for each rule that looked.</param>
public sealed record GateVerdict(IReadOnlyList<RuleVerdict> Rules)
{
    /// <summary>The worst of its rules.</summary>
    public GateOutcome Outcome => Rules.Count == 0 ? GateOutcome.Promoted : Rules.Max(rule => rule.Outcome);

    /// <summary>For people, e.g. <c>quarantined by retention</c>.</summary>
    [JsonIgnore]
    public string Words =>
        Outcome == GateOutcome.Promoted
            ? Outcome.Word()
            : $"{Outcome.Word()} by {string.Join(", ", Rules.Where(rule => rule.Outcome == Outcome).Select(rule => rule.Rule))}";
}

/// <summary>Outcomes in words.</summary>
public static class GateOutcomes
{
    /// <summary>One word, for people.</summary>
    public static string Word(this GateOutcome outcome) =>
        outcome switch
        {
            GateOutcome.Promoted => "promoted",
            GateOutcome.Quarantined => "quarantined",
            _ => "undecided",
        };
}

/// <summary>What one rule found.</summary>
/// <param name="Rule">Its name.</param>
/// <param name="Outcome">What it says.</param>
/// <param name="Cases">How many cases it looked at.</param>
/// <param name="Found">What it measured.</param>
/// <param name="Limit">What <paramref name="Found"/> is compared with.</param>
/// <param name="Why">For people: one sentence.</param>
/// <param name="Worst">Tasks that show it best, the first of them by name; none where nothing was lost.</param>
/// <param name="Low">What the true value is not below, at the confidence of the settings; null where there are too few cases.</param>
/// <param name="High">What it is not above.</param>
public sealed record RuleVerdict(
    string Rule,
    GateOutcome Outcome,
    int Cases,
    double Found,
    double Limit,
    string Why,
    IReadOnlyList<string> Worst,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Low = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? High = null
)
{
    /// <summary>Low and high for people; empty where there are too few cases.</summary>
    [JsonIgnore]
    public string Between => (Low, High) is ({ } low, { } high) ? FormattableString.Invariant($"{low:0.000} to {high:0.000}") : "";
}
