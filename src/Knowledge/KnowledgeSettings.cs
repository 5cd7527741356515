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

    public static IReadOnlyList<DomainSetting> All { get; } = [Steps, StepTokens, LearningRate];
}

/// <summary>What a trial reads of the settings.</summary>
internal sealed record KnowledgeTraining(int Steps, int StepTokens, double LearningRate, int WarmupSteps, double GradientClip, DeltaSpec Delta)
{
    public static KnowledgeTraining Of(RunSettings settings) =>
        new(
            settings.Own<int>(KnowledgeKeys.Steps),
            settings.Own<int>(KnowledgeKeys.StepTokens),
            settings.Own<double>(KnowledgeKeys.LearningRate),
            settings.Inner.WarmupSteps,
            settings.Inner.GradientClip,
            settings.Inner.DeltaSpec
        );
}
