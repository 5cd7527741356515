using Seal.Core.Jobs;

namespace Seal.Core.Runs;

/// <summary>The tasks of a sweep: one blob of the store, whatever the number of its runs.</summary>
/// <param name="Training">Training tasks.</param>
/// <param name="Evaluation">Evaluation tasks.</param>
public sealed record SweepTasks(IReadOnlyList<TaskRef> Training, IReadOnlyList<TaskRef> Evaluation)
{
    /// <summary>The tasks of a set, in order.</summary>
    public IReadOnlyList<TaskRef> Of(TaskSet set) => set == TaskSet.Training ? Training : Evaluation;
}
