using System.Text.Json.Serialization;
using Seal.Core.Statistics;

namespace Seal.Core.Gates;

/// <summary>What decides whether a version of the policy that was just trained is used (<c>[gate]</c>).</summary>
/// <param name="Rules">
/// What a version must pass before it is used: <c>retention</c>, <c>groups</c>, <c>collapse</c>, <c>validity</c>; <c>strict</c> for the first three.
/// Without <c>[gate]</c>, or with <c>none</c>, every version is used.
/// </param>
/// <param name="RetentionMargin"><c>retention</c>: largest harmless loss on the retention tasks that the base model could do, (0, 1].</param>
/// <param name="RetentionMeasure"><c>retention</c>, <c>groups</c>: what is compared. <c>exact</c>: answers that are right; <c>token-accuracy</c>: the
/// share of their tokens that are right, for models that get few answers right.</param>
/// <param name="GroupMargin"><c>groups</c>: by how much more a group of retention tasks may lose than the others, (0, 1].</param>
/// <param name="LargestShare"><c>collapse</c>: largest harmless share of one and the same self-edit among all, (0, 1]; 1 for any.</param>
/// <param name="ValidityMargin"><c>validity</c>: largest harmless loss in the share of valid self-edits, written without grammar, (0, 1].</param>
/// <param name="MinCases">With fewer cases a rule says nothing, and the version is not used.</param>
/// <param name="Confidence">Of the rules' one-sided limits, [0.5, 0.9999].</param>
public sealed record GateSettings(
    IReadOnlyList<string> Rules,
    double RetentionMargin = 0.03,
    string RetentionMeasure = Candidates.ObservationNames.Exact,
    double GroupMargin = 0.15,
    double LargestShare = 0.95,
    double ValidityMargin = 0.05,
    int MinCases = 50,
    double Confidence = 0.95
)
{
    /// <summary>Whether the policy's answers to retention tasks are looked at.</summary>
    [JsonIgnore]
    public bool AsksAnswers => Rules.Contains(GateRules.Retention) || Rules.Contains(GateRules.Groups);

    /// <summary>With fewer answers than these not even a version that changed none of them is shown to have kept them.</summary>
    [JsonIgnore]
    public int LeastAnswers => (int)Math.Ceiling((Normal.Quantile(Confidence) / RetentionMargin) - 2);

    /// <summary>What is looked at in self-edits that are written as the run writes them.</summary>
    /// <param name="grammar">Whether the run has a grammar: then all of them are valid.</param>
    public IReadOnlyList<string> OfEdits(bool grammar) =>
        [.. Rules.Intersect(grammar ? [GateRules.Collapse] : [GateRules.Collapse, GateRules.Validity])];

    /// <summary>What is looked at in self-edits that are written without the run's grammar.</summary>
    /// <param name="grammar">Whether the run has one.</param>
    public IReadOnlyList<string> OfFreeEdits(bool grammar) => grammar ? [.. Rules.Intersect([GateRules.Validity])] : [];

    /// <summary>Equal by what they say: records compare lists by reference.</summary>
    public bool Equals(GateSettings? other) =>
        other is not null
        && Rules.SequenceEqual(other.Rules, StringComparer.Ordinal)
        && (RetentionMargin, RetentionMeasure, GroupMargin) == (other.RetentionMargin, other.RetentionMeasure, other.GroupMargin)
        && (LargestShare, ValidityMargin, MinCases, Confidence) == (other.LargestShare, other.ValidityMargin, other.MinCases, other.Confidence);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Rules.Count, RetentionMargin, MinCases, Confidence);
}
