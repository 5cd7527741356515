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
        var options = new TrainingSetOptions(settings.MaxTexts, settings.MaxGridSide, recipe.Permutations, Fits) { Recolour = recipe.PermuteColours };
        TokenSequence[] texts = [.. TrainingSetBuilder.Build(task, recipe.Augmentations, options, seed.Derive("texts")).Select(one => written[one])];
        if (texts.Length == 0)
        {
            return InnerLoopPlan.Refuse($"no training text of the task fits {most} tokens and grids of {settings.MaxGridSide} cells a side");
        }

        var steps = (long)BatchPlan.StepsPerEpoch(texts.Length, settings.Batch) * recipe.TrainingEpochs;
        if (recipe.MaxSteps is { } asked)
        {
            steps = Math.Min(steps, Math.Min(asked, settings.MaxSteps));
        }

        if (steps > settings.MaxSteps)
        {
            return InnerLoopPlan.Refuse(string.Create(CultureInfo.InvariantCulture, $"{steps} steps over the cap of {settings.MaxSteps}"));
        }

        int[][] batches =
        [
            .. BatchPlan
                .Epochs([.. texts.Select(text => text.Length)], settings.Batch, recipe.TrainingEpochs, seed.Derive("batches"))
                .Take((int)steps),
        ];
        var optimizer = new OptimizerSpec(recipe.LearningRate, Warmup(batches.Length), batches.Length, GradientClip: settings.GradientClip);
        // What the sweep says of early ends goes before what the schema says.
        var (loss, after) =
            settings.StopBelowLoss > 0 ? (settings.StopBelowLoss, settings.StopAfterSteps) : (recipe.StopBelowLoss, recipe.StopAfterSteps);
        return InnerLoopPlan.Train(new TrainRequest(DeltaOf(recipe), seed.Derive("initial"), texts, batches, optimizer, loss, after));
    }

    /// <summary>α is the rank: with rank it grows, so that one learning rate serves all ranks about equally.</summary>
    private DeltaSpec DeltaOf(EditRecipe recipe) =>
        recipe.Delta switch
        {
            null => settings.DeltaSpec,
            { Rank: 0 } => new DeltaSpec(DeltaKind.Full, 0, 0, []),
            { Rank: var rank } => new DeltaSpec(DeltaKind.Lora, rank, rank, settings.Targets ?? DeltaSpec.PaperInner.Targets),
        };

    /// <summary>A warm-up that fills a short training would never reach the learning rate asked for: it gets a quarter of the steps at
    /// most.</summary>
    private int Warmup(int steps) => Math.Min(settings.WarmupSteps, steps / 4);
}
