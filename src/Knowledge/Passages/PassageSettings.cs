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
    public static readonly DomainSetting Grader = DomainSetting.Word("grader", "contains", "normalised", "exact", "f1");

    /// <summary>Longest answer in tokens.</summary>
    public static readonly DomainSetting AnswerTokens = DomainSetting.Whole("answer_tokens", 1, 1024, 64);

    public static IReadOnlyList<DomainSetting> All { get; } = [Prompt, SplitLines, TrainingEpochs, LearningRate, Grader, AnswerTokens];
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
    DeltaSpec Delta
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
            settings.Inner.DeltaSpec
        );
}
