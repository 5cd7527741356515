using System.Globalization;
using System.Text.Json.Serialization;
using Seal.Core.Candidates;
using Seal.Core.Sweeps;

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

    /// <summary>What it measured, for people.</summary>
    [JsonIgnore]
    public string Measured => Low is null ? "not measured" : FormattableString.Invariant($"{Found:0.000}");

    /// <summary><see cref="Why"/> in the words that fit its numbers: that one is a part of a sweep's bytes and stays as it is.</summary>
    [JsonIgnore]
    public string Told =>
        Low is null ? Why
        : Rule == GateRules.Rewards ? $"what the update kept had solved its task {Often(Math.Round(Found, 3))}, on {Number(Cases)} tasks"
        : Rule == GateRules.Retention && !Why.StartsWith(ObservationNames.Exact, StringComparison.Ordinal)
            ? Why.Replace("that the base model could do", "of whose answers the base model had some token right", StringComparison.Ordinal)
        : Rule == GateRules.Groups && Found < 0
            ? Why.Replace(": lost -", ": lost ", StringComparison.Ordinal).Replace(" more than", " less than", StringComparison.Ordinal)
        : Why;

    /// <summary>The phase whose records have its cases.</summary>
    /// <param name="look">The phase in which the gate looked.</param>
    public PhaseId CasesOf(PhaseId look) => Rule == GateRules.Rewards ? PhaseId.Train(look.Number) : look;

    private static string Often(double more) =>
        more == 0
            ? "as often as what it left"
            : FormattableString.Invariant($"{(more > 0 ? "more" : "less")} often than what it left, by {Math.Abs(more):0.000}");

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
