using Seal.Core.Domains;
using Seal.Core.Json;

namespace Seal.Knowledge.World;

/// <summary>A task of the generated world: one passage, or several that a model learns together or one after the other.</summary>
/// <param name="Passages">In the order in which they are learned.</param>
public sealed record WorldTask(IReadOnlyList<Passage> Passages)
{
    /// <summary>Reads a task's document.</summary>
    public static WorldTask Of(TaskDocument task) => SealJson.Parse<WorldTask>(task.Json);
}
