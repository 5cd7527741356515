using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Core.Sweeps;

namespace Seal.Core.Updates;

/// <summary>The M-step as a training plan: supervised fine-tuning on the kept pairs.</summary>
public static class UpdatePlan
{
    /// <summary>
    /// Index batches for <see cref="TrainRequest.Batches"/>: every epoch goes once over all examples in an order of its own; the last batch
    /// of an epoch may be smaller. No examples, no batches: the policy stays as it is.
    /// </summary>
    /// <param name="examples">Number of examples.</param>
    /// <param name="trainingEpochs">Passes.</param>
    /// <param name="batch">Examples per step.</param>
    /// <param name="seed">Gives the orders; the n-th epoch's does not depend on how many epochs there are.</param>
    public static IReadOnlyList<int[]> Batches(int examples, int trainingEpochs, int batch, Seed seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(examples);
        ArgumentOutOfRangeException.ThrowIfNegative(trainingEpochs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        var batches = new List<int[]>(Steps(examples, trainingEpochs, batch));
        for (var epoch = 0; epoch < trainingEpochs; epoch++)
        {
            var order = new CounterRandom(seed.Derive("epoch", $"{epoch}")).NextPermutation(examples);
            batches.AddRange(order.Chunk(batch));
        }

        return batches;
    }

    /// <summary>Number of optimizer steps that <see cref="Batches"/> makes.</summary>
    public static int Steps(int examples, int trainingEpochs, int batch) => checked(trainingEpochs * ((examples + batch - 1) / batch));

    /// <summary>The whole request, or null where nothing was kept.</summary>
    /// <param name="sequences">The kept pairs as sequences, in the rule's order (see <c>IDomainSession.UpdateSequence</c>).</param>
    /// <param name="settings">The run's update settings.</param>
    /// <param name="seed">The round's update seed.</param>
    /// <param name="views">1, or as many as there are epochs: the sequences of each epoch then follow those of the one before.</param>
    public static TrainRequest? Request(IReadOnlyList<TokenSequence> sequences, UpdateSettings settings, Seed seed, int views = 1)
    {
        var examples = sequences.Count / views;
        var batches = Batches(examples, settings.TrainingEpochs, settings.Batch, seed.Derive("order"));
        if (views > 1)
        {
            var perEpoch = Steps(examples, 1, settings.Batch);
            batches = [.. batches.Select((batch, step) => Array.ConvertAll(batch, index => index + step / perEpoch * examples))];
        }

        return batches.Count == 0
            ? null
            : new TrainRequest(
                settings.DeltaSpec,
                seed.Derive("initial"),
                sequences,
                batches,
                new OptimizerSpec(settings.LearningRate, settings.WarmupSteps, batches.Count, GradientClip: settings.GradientClip)
            );
    }
}
