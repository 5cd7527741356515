using System.Text.Json.Serialization;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Sweeps;

namespace Seal.Knowledge.Passages;

/// <summary>The keys of <c>[passages]</c>. The defaults are the paper's.</summary>
internal static class PassageKeys
{
    /// <summary>What the policy is asked to write about a passage; <c>none</c> shows the passage alone.</summary>
    public static readonly DomainSetting Prompt = DomainSetting.Word("prompt", "implications", "long", "rewrite", "self-qa", "none");

    /// <summary>Every line of what it wrote is a training text of its own.</summary>
    public static readonly DomainSetting SplitLines = DomainSetting.Truth("split_lines", true);

    /// <summary>Passes over the training texts.</summary>
    public static readonly DomainSetting TrainingEpochs = DomainSetting.Whole("training_epochs", 1, 1000, 10);

    /// <summary>Peak learning rate of an inner loop; it falls linearly to 0.</summary>
    public static readonly DomainSetting LearningRate = DomainSetting.Number("learning_rate", 1e-7, 1, 1e-3);

    /// <summary>What counts as answered.</summary>
    public static readonly DomainSetting Grader = DomainSetting.Word("grader", "contains", "normalised", "exact", "f1", Judged);

    /// <summary>The word of <see cref="Grader"/> that asks a model.</summary>
    public const string Judged = "judge";

    /// <summary>The model that judges, as the endpoint of <c>SEAL_JUDGE_URL</c> names it, or with the hash of the checkpoint in
    /// <c>SEAL_JUDGE_FOLDER</c>; goes with <c>grader = "judge"</c>.</summary>
    public static readonly DomainSetting Judge = DomainSetting.Model("judge");

    /// <summary>Longest answer in tokens.</summary>
    public static readonly DomainSetting AnswerTokens = DomainSetting.Whole("answer_tokens", 1, 1024, 64);

    public static IReadOnlyList<DomainSetting> All { get; } = [Prompt, SplitLines, TrainingEpochs, LearningRate, Grader, Judge, AnswerTokens];
}

/// <summary>What a trial reads of the settings.</summary>
internal sealed record PassageTraining(
    bool SplitLines,
    int TrainingEpochs,
    double LearningRate,
    string Grader,
    int AnswerTokens,
    int Batch,
    int WarmupSteps,
    int MaxSteps,
    int MaxTokens,
    double GradientClip,
    DeltaSpec Delta,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PassageJudge? Judge = null
)
{
    public static PassageTraining Of(RunSettings settings) =>
        new(
            settings.Own<bool>(PassageKeys.SplitLines),
            settings.Own<int>(PassageKeys.TrainingEpochs),
            settings.Own<double>(PassageKeys.LearningRate),
            settings.Own<string>(PassageKeys.Grader),
            settings.Own<int>(PassageKeys.AnswerTokens),
            settings.Inner.Batch,
            settings.Inner.WarmupSteps,
            settings.Inner.MaxSteps,
            settings.Inner.MaxTokens,
            settings.Inner.GradientClip,
            settings.Inner.DeltaSpec,
            PassageJudge.Of(settings)
        );
}

/// <summary>Who judges, and how it is asked: verdicts of two judges, or under two wordings, are never mixed.</summary>
/// <param name="Name">The model, as its server names it.</param>
/// <param name="Wording">Hash of the prompt's template.</param>
internal sealed record PassageJudge(string Name, string Wording)
{
    /// <summary>Null where no model judges.</summary>
    public static PassageJudge? Of(RunSettings settings) =>
        settings.Own<string>(PassageKeys.Grader) == PassageKeys.Judged
            ? new PassageJudge(settings.Own<string>(PassageKeys.Judge), JudgeWording.Sha256)
            : null;

    /// <exception cref="SweepException">Grader and judge do not go together.</exception>
    public static void Check(RunSettings settings)
    {
        var named = settings.Own<string>(PassageKeys.Judge).Length > 0;
        if (Of(settings) is not null != named)
        {
            throw new SweepException(
                named
                    ? "passages.judge: goes with passages.grader = \"judge\" alone; set that, or take the name out."
                    : "passages.grader: \"judge\" needs the model's name in passages.judge, e.g. judge = \"gpt-4.1\"."
            );
        }
    }
}
