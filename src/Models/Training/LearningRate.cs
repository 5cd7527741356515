using Seal.Core.Engines;

namespace Seal.Models.Training;

/// <summary>Learning rates by step, as Hugging Face's get_cosine_schedule_with_warmup and get_linear_schedule_with_warmup.</summary>
public static class LearningRate
{
    /// <summary>The learning rate of a step, counted from 0; the first step of a warm-up is 0.</summary>
    public static double At(this OptimizerSpec spec, int step)
    {
        if (spec.Constant)
        {
            return spec.LearningRate;
        }

        if (step < spec.WarmupSteps)
        {
            return spec.LearningRate * step / Math.Max(1, spec.WarmupSteps);
        }

        var progress = (double)(step - spec.WarmupSteps) / Math.Max(1, spec.TotalSteps - spec.WarmupSteps);
        return spec.Linear
            ? spec.LearningRate * Math.Max(0, 1 - progress)
            : spec.LearningRate * Math.Max(0, 0.5 * (1 + Math.Cos(Math.PI * progress)));
    }
}
