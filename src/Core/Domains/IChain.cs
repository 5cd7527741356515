using Seal.Core.Engines;

namespace Seal.Core.Domains;

/// <summary>
/// A trial of several trainings, each on the model that the ones before it left. It is one job: what the trainings make is kept in memory until it
/// ends, so that after a kill it starts again and ends with the same bytes.
/// </summary>
public interface IChain
{
    /// <summary>Optimizer steps of all trainings together, as planned.</summary>
    int Steps { get; }

    /// <summary>Training tokens of all trainings together, as planned.</summary>
    long Tokens { get; }

    /// <summary>Runs it from its first training to its verdict.</summary>
    /// <param name="model">The model under way.</param>
    /// <param name="cancellation">Honoured within one step.</param>
    ChainResult Run(IChainModel model, CancellationToken cancellation);
}

/// <summary>A model that goes on as what was trained on it is merged into it.</summary>
public interface IChainModel
{
    /// <summary>The model as it stands. Valid until <see cref="Merge"/>.</summary>
    IModelHandle Now { get; }

    /// <summary>Trains a delta over <see cref="Now"/>; steps, losses and tokens count as the trial's. The delta is valid until
    /// <see cref="Merge"/>.</summary>
    TrainOutcome Train(TrainRequest request, CancellationToken cancellation);

    /// <summary>From now on <see cref="Now"/> is the model with this delta in its weights.</summary>
    void Merge(ITrainedDelta delta);
}

/// <summary>How a chain ended: with a verdict, or with the reason why there is none.</summary>
/// <param name="Seen">What was seen; null with <paramref name="Failure"/>.</param>
/// <param name="Failure">Why it ended early (a loss that is not finite …), or null.</param>
public sealed record ChainResult(EvaluationResult? Seen, string? Failure);
