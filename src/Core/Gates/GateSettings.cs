using System.Text.Json.Serialization;
using Seal.Core.Domains;
using Seal.Core.Statistics;

namespace Seal.Core.Gates;

/// <summary>What decides whether a version of the policy that was just trained is used (<c>[gate]</c>).</summary>
/// <param name="Rules">
/// What a version must pass before it is used: <c>retention</c>, <c>groups</c>, <c>drift</c>, <c>collapse</c>, <c>validity</c>, <c>rewards</c>;
/// <c>strict</c> for <c>retention</c>, <c>groups</c> and <c>collapse</c>.
/// Without <c>[gate]</c>, or with <c>none</c>, every version is used.
/// </param>
/// <param name="RetentionMargin"><c>retention</c>: largest harmless loss on the retention tasks that the base model could do, (0, 1].</param>
/// <param name="RetentionMeasure"><c>retention</c>, <c>groups</c>: what is compared. <c>exact</c>: answers that are right; <c>token-accuracy</c>: the
/// share of their tokens that are right, for models that get few answers right: all tasks count then of which the base model had a token
/// right.</param>
/// <param name="GroupMargin"><c>groups</c>: by how much more a group of retention tasks may lose than the others, (0, 1].</param>
/// <param name="LargestShare"><c>collapse</c>: largest harmless share of one and the same self-edit among all, (0, 1]; 1 for any.</param>
/// <param name="ValidityMargin"><c>validity</c>: largest harmless loss in the share of valid self-edits, written without grammar, (0, 1].</param>
/// <param name="MinCases">With fewer cases a rule says nothing, and the version is not used; <c>rewards</c> alone does not ask it and needs 8 tasks
/// of which the update kept some self-edits and left some, or left all although some had solved it.</param>
/// <param name="Confidence">Of the rules' one-sided limits, [0.5, 0.9999].</param>
/// <param name="Hazards">Self-edits that are refused before they are tried: those whose training texts hold the answer (<c>answers</c>), or whose
/// learning rate is beyond all reason (<c>rate</c>); null, and then left out where settings are written, for all.</param>
/// <param name="RollbackAfter">After so many versions in a row that were not promoted the policy goes back to the version before the one that they
/// learned from, 1..1000; null, and then left out where settings are written, for never.</param>
/// <param name="DriftMargin"><c>drift</c>: by how many nats the mean log-probability of a token of the right answers may fall, (0, 100].</param>
public sealed record GateSettings(
    IReadOnlyList<string> Rules,
    double RetentionMargin = 0.03,
    string RetentionMeasure = Candidates.ObservationNames.Exact,
    double GroupMargin = 0.15,
    double LargestShare = 0.95,
    double ValidityMargin = 0.05,
    int MinCases = 50,
    double Confidence = 0.95,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Hazards = null,
    double DriftMargin = 0.1,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? RollbackAfter = null
)
{
    /// <summary>The hazards that are watched for.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Watched => Hazards ?? Gates.Hazards.Names;

    /// <summary>Whether the policy's answers to retention tasks are looked at.</summary>
    [JsonIgnore]
    public bool AsksAnswers => Rules.Intersect([GateRules.Retention, GateRules.Groups, GateRules.Drift]).Any();

    /// <summary>How answers to retention tasks are judged.</summary>
    [JsonIgnore]
    public EvaluationKind Judging => Rules.Contains(GateRules.Drift) ? EvaluationKind.Measured : EvaluationKind.Plain;

    /// <summary>With fewer answers than these not even a version that changed none of them is shown to have kept them.</summary>
    [JsonIgnore]
    public int LeastAnswers => (int)Math.Ceiling((Normal.Quantile(Confidence) / RetentionMargin) - 2);

    /// <summary>What is looked at where self-edits are written as the run writes them; the round's own rewards with them.</summary>
    /// <param name="grammar">Whether the run has a grammar: then all of them are valid.</param>
    public IReadOnlyList<string> OfEdits(bool grammar) =>
        [.. Rules.Intersect(grammar ? [GateRules.Collapse, GateRules.Rewards] : [GateRules.Collapse, GateRules.Validity, GateRules.Rewards])];

    /// <summary>What is looked at in self-edits that are written without the run's grammar.</summary>
    /// <param name="grammar">Whether the run has one.</param>
    public IReadOnlyList<string> OfFreeEdits(bool grammar) => grammar ? [.. Rules.Intersect([GateRules.Validity])] : [];

    /// <summary>Equal by what they say: records compare lists by reference.</summary>
    public bool Equals(GateSettings? other) =>
        other is not null
        && Rules.SequenceEqual(other.Rules, StringComparer.Ordinal)
        && Watched.SequenceEqual(other.Watched, StringComparer.Ordinal)
        && (RetentionMargin, RetentionMeasure, GroupMargin) == (other.RetentionMargin, other.RetentionMeasure, other.GroupMargin)
        && (DriftMargin, RollbackAfter) == (other.DriftMargin, other.RollbackAfter)
        && (LargestShare, ValidityMargin, MinCases, Confidence) == (other.LargestShare, other.ValidityMargin, other.MinCases, other.Confidence);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Rules.Count, RetentionMargin, MinCases, Confidence);
}
