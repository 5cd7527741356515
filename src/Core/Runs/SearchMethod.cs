using Seal.Core.Sweeps;

namespace Seal.Core.Runs;

/// <summary>
/// Search without training: every round tries self-edits on the training tasks, and what came of it is the memory of the proposer
/// (<see cref="Proposers.ProposerContext.Past"/>). The policy stays the base model.
/// </summary>
public sealed class SearchMethod : IRunMethod
{
    /// <inheritdoc/>
    public Decision Next(RunHistory history, RunSettings settings)
    {
        var t = history.Rounds;
        return history.Has(PhaseId.Train(t + 1)) ? new TrainPolicy(PhaseId.Train(t + 1), Theta.Base, Rule: null)
            : t < settings.Update.Rounds ? SealMethod.EStep(PhaseId.Train(t + 1), Theta.Base, settings)
            : new EndRun();
    }
}
