using System.Globalization;
using Seal.Arc.Prompts;
using Seal.Arc.SelfEdits;
using Seal.Arc.Tasks;
using Seal.Arc.TrainingSets;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Core.Sweeps;

namespace Seal.Arc.InnerLoops;

/// <summary>What a self-edit means on a task: training texts, batches, schedule. A pure function of settings, model, task, recipe and seed.</summary>
internal sealed class InnerLoopPlanner(InnerSettings settings, ModelInfo model, IPromptFormat format)
{
    public InnerLoopPlan Plan(ArcTask task, EditRecipe recipe, Seed seed)
    {
        var most = Math.Min(settings.MaxTokens, model.ContextLength);
        // Asked in training order and only until enough fit, so the texts that were measured are the ones that are needed.
        var written = new Dictionary<ArcTask, TokenSequence>(ReferenceEqualityComparer.Instance);
        bool Fits(ArcTask one) => (written[one] = format.TrainingText(one, recipe.Strategy)).Length <= most;
        var options = new TrainingSetOptions(settings.MaxTexts, settings.MaxGridSide, Fits: Fits);
        TokenSequence[] texts = [.. TrainingSetBuilder.Build(task, recipe.Augmentations, options, seed.Derive("texts")).Select(one => written[one])];
        if (texts.Length == 0)
        {
            return InnerLoopPlan.Refuse($"no training text of the task fits {most} tokens and grids of {settings.MaxGridSide} cells a side");
        }

        var steps = (long)BatchPlan.StepsPerEpoch(texts.Length, settings.Batch) * recipe.TrainingEpochs;
        if (steps > settings.MaxSteps)
        {
            return InnerLoopPlan.Refuse(string.Create(CultureInfo.InvariantCulture, $"{steps} steps over the cap of {settings.MaxSteps}"));
        }

        var batches = BatchPlan.Epochs([.. texts.Select(text => text.Length)], settings.Batch, recipe.TrainingEpochs, seed.Derive("batches"));
        var optimizer = new OptimizerSpec(
            recipe.LearningRate, Warmup(batches.Count), batches.Count, GradientClip: settings.GradientClip);
        return InnerLoopPlan.Train(new TrainRequest(settings.DeltaSpec, seed.Derive("initial"), texts, batches, optimizer));
    }

    /// <summary>A warm-up that fills a short training would never reach the learning rate asked for: it gets a quarter of the steps at most.</summary>
    private int Warmup(int steps) => Math.Min(settings.WarmupSteps, steps / 4);
}
