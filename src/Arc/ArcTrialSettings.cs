using Seal.Core.Domains;
using Seal.Core.Sweeps;

namespace Seal.Arc;

/// <summary>
/// The settings that a trial can see. Planner and evaluator are made from this and from nothing else, and its text is the identity of the trials: a
/// setting that is not in it cannot change a trial's bytes, and one that is in it changes the key of the cache.
/// </summary>
/// <param name="Domain">The domain's name.</param>
/// <param name="Schema">Gives a self-edit its meaning.</param>
/// <param name="Inner">
/// The inner loop. Without what reaches a trial by another way: the base model and the inner seed are named in the job, and members of a pack do
/// not depend on its size.
/// </param>
/// <param name="Judging">How the adapted model is judged.</param>
internal sealed record ArcTrialSettings(string Domain, string Schema, InnerSettings Inner, ArcJudging Judging)
{
    public static ArcTrialSettings Of(RunSettings settings, EvaluationKind kind) =>
        new(
            settings.Domain,
            settings.Proposal.Schema,
            settings.Inner with
            {
                Base = string.Empty,
                Seeds = 0,
                PackSize = 0,
            },
            ArcJudging.Of(settings.Evaluate, kind)
        );
}

/// <summary>How an adapted model is judged: the settings that count for a kind of evaluation, the others as if they were unset.</summary>
/// <param name="Kind">What is asked of the model.</param>
/// <param name="Views">Views in the vote; 0 without one.</param>
/// <param name="Decode">Which of the views are decoded; empty without a vote.</param>
/// <param name="Demonstrations">The demonstrations are asked too.</param>
internal sealed record ArcJudging(EvaluationKind Kind, int Views, string Decode, bool Demonstrations)
{
    public static ArcJudging Of(EvaluateSettings settings, EvaluationKind kind) =>
        kind == EvaluationKind.Vote && settings.Views > 0
            ? new(kind, settings.Views, settings.Decode, settings.Demonstrations)
            : new(kind == EvaluationKind.Vote ? EvaluationKind.Plain : kind, 0, string.Empty, settings.Demonstrations);
}
