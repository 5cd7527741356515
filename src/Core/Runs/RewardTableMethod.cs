using Seal.Core.Sweeps;

namespace Seal.Core.Runs;

/// <summary>Every self-edit on every task under every inner seed of the table, from the base model: what other arms then look up.</summary>
public sealed class RewardTableMethod : IRunMethod
{
    /// <inheritdoc/>
    public Decision Next(RunHistory history, RunSettings settings)
    {
        for (var seed = 0; seed < settings.Inner.Seeds; seed++)
        {
            foreach (var (kind, tasks) in new[] { (PhaseKind.TableTrain, TaskSet.Training), (PhaseKind.TableEvaluate, TaskSet.Evaluation) })
            {
                var part = new PhaseId(kind, seed);
                if (!history.Has(part))
                {
                    return new RunTasks(part, tasks, settings.Proposal.TableEdits, Theta.Base, Theta.Base, settings.Judging(tasks));
                }
            }
        }

        return new EndRun();
    }
}
