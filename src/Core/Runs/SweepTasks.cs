using System.Text.Json.Serialization;
using Seal.Core.Jobs;

namespace Seal.Core.Runs;

/// <summary>The tasks of a sweep: one blob of the store, whatever the number of its runs.</summary>
/// <param name="Training">Training tasks.</param>
/// <param name="Evaluation">Evaluation tasks.</param>
/// <param name="Retention">Tasks for the gate; null, and then left out of the blob, where there are none.</param>
public sealed record SweepTasks(
    IReadOnlyList<TaskRef> Training,
    IReadOnlyList<TaskRef> Evaluation,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<TaskRef>? Retention = null
)
{
    /// <summary>The tasks of a set, in order.</summary>
    public IReadOnlyList<TaskRef> Of(TaskSet set) =>
        set switch
        {
            TaskSet.Training => Training,
            TaskSet.Evaluation => Evaluation,
            TaskSet.Retention => Retention ?? [],
            _ => [],
        };
}
