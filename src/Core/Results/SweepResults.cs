using System.Text.Json.Serialization;
using Seal.Core.Jobs;

namespace Seal.Core.Results;

/// <summary>
/// <c>results.json</c>: everything a sweep found out, and nothing about when, where and how often it had to try. Equal sweeps give
/// equal bytes.
/// </summary>
/// <param name="Sweep">Name.</param>
/// <param name="Model">Content hash of the base model.</param>
/// <param name="NumericClass">The class of engine within which the bytes are promised.</param>
/// <param name="Training">Training tasks with their hashes.</param>
/// <param name="Evaluation">Evaluation tasks with their hashes.</param>
/// <param name="Runs">In plan order.</param>
public sealed record SweepResults(
    string Sweep,
    string Model,
    string NumericClass,
    IReadOnlyList<TaskRef> Training,
    IReadOnlyList<TaskRef> Evaluation,
    IReadOnlyList<RunRecord> Runs
)
{
    /// <summary>Tasks that the gate has asked, with their hashes; null, and then left out, where there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TaskRef>? Retention { get; init; }

    /// <summary>All its tasks.</summary>
    [JsonIgnore]
    public IEnumerable<TaskRef> Tasks => [.. Training, .. Evaluation, .. Retention ?? []];
}
