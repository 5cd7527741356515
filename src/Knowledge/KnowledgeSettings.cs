using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Sweeps;

namespace Seal.Knowledge;

/// <summary>The keys of <c>[knowledge]</c>.</summary>
internal static class KnowledgeKeys
{
    /// <summary>Optimizer steps of an inner loop.</summary>
    public static readonly DomainSetting Steps = DomainSetting.Whole("steps", 1, 10_000, 30);

    /// <summary>Training tokens of a step.</summary>
    public static readonly DomainSetting StepTokens = DomainSetting.Whole("step_tokens", 1, 65_536, 150);

    /// <summary>Peak learning rate of an inner loop.</summary>
    public static readonly DomainSetting LearningRate = DomainSetting.Number("learning_rate", 1e-6, 1, 1e-3);

    /// <summary>What becomes of a task's passages: one training after the other, each merged into the model; one training on all; or one for each,
    /// every question asked of the model that was trained on its passage.</summary>
    public static readonly DomainSetting Together = DomainSetting.Word("together", "merged", "joint", "apart");

    /// <summary>What is trained on again so that it stays: nothing, texts about the background, these and lines of earlier self-edits, texts as in
    /// pretraining but for self-edits about the tasks' kinds, such lines alone, or what the model writes by itself before the training.</summary>
    public static readonly DomainSetting Replay = DomainSetting.Word(
        "replay",
        "none",
        "background",
        "background-and-edits",
        "pretraining",
        "edits",
        "samples"
    );

    /// <summary>The share of a training's tokens that replay takes.</summary>
    public static readonly DomainSetting ReplayShare = DomainSetting.Number("replay_share", 0.01, 0.9, 0.3);

    /// <summary>A training after which the background has lost more than this is not merged; 1 for all are.</summary>
    public static readonly DomainSetting BackgroundMargin = DomainSetting.Number("background_margin", 0, 1, 1.0);

    /// <summary>Questions about the background after each training; what it lost is observed by them.</summary>
    public static readonly DomainSetting BackgroundQuestions = DomainSetting.Whole("background_questions", 0, 1024, 0);

    /// <summary>How much the token of an operator counts in the policy's update; every other one counts 1.</summary>
    public static readonly DomainSetting OperatorWeight = DomainSetting.Number("operator_weight", 1, 100, 10);

    public static IReadOnlyList<DomainSetting> All { get; } =
    [Steps, StepTokens, LearningRate, Together, Replay, ReplayShare, BackgroundMargin, BackgroundQuestions, OperatorWeight];
}

/// <summary>What a trial reads of the settings.</summary>
/// <param name="Writing">How a model writes self-edits between the trainings of a task with several passages: read nowhere, but a part of what a
/// trial's bytes depend on.</param>
internal sealed record KnowledgeTraining(
    int Steps,
    int StepTokens,
    double LearningRate,
    int WarmupSteps,
    double GradientClip,
    DeltaSpec Delta,
    string Together,
    string Replay,
    double ReplayShare,
    double BackgroundMargin,
    int BackgroundQuestions,
    WritingSettings Writing
)
{
    /// <exception cref="SweepException">Keys that exclude each other.</exception>
    public static KnowledgeTraining Of(RunSettings settings)
    {
        var training = new KnowledgeTraining(
            settings.Own<int>(KnowledgeKeys.Steps),
            settings.Own<int>(KnowledgeKeys.StepTokens),
            settings.Own<double>(KnowledgeKeys.LearningRate),
            settings.Inner.WarmupSteps,
            settings.Inner.GradientClip,
            settings.Inner.DeltaSpec,
            settings.Own<string>(KnowledgeKeys.Together),
            settings.Own<string>(KnowledgeKeys.Replay),
            settings.Own<double>(KnowledgeKeys.ReplayShare),
            settings.Own<double>(KnowledgeKeys.BackgroundMargin),
            settings.Own<int>(KnowledgeKeys.BackgroundQuestions),
            new WritingSettings(settings.Proposal.Temperature, settings.Proposal.MaxNewTokens, settings.Proposal.Grammar, settings.Proposal.TopP)
        );
        if (training is { BackgroundMargin: < 1, BackgroundQuestions: 0 })
        {
            throw new SweepException("knowledge.background_margin needs knowledge.background_questions, e.g. 128: what an edit destroys.");
        }

        return training.Together != "merged" && (training.Replay != "none" || training.BackgroundMargin < 1)
            ? throw new SweepException(
                $"knowledge.together = \"{training.Together}\" merges nothing: knowledge.replay and knowledge.background_margin go with \"merged\"."
            )
            : training;
    }
}

/// <summary>Of <c>[proposal]</c>: temperature, longest self-edit in tokens, whether the grammar holds, and the nucleus (null for all
/// tokens).</summary>
internal sealed record WritingSettings(double Temperature, int MaxNewTokens, bool Grammar, double? TopP);
