using Seal.Core.Sweeps;

namespace Seal.Arc.SelfEdits;

/// <summary>The schemas by name.</summary>
public static class EditSchemas
{
    /// <summary>The payload of the in-context baseline: nothing is trained. No schema's parser accepts it.</summary>
    public const string NoEdit = "none";

    public static IReadOnlyList<IEditSchema> All { get; } = [PaperSchema.Instance];

    /// <exception cref="SweepException">No schema has this name.</exception>
    public static IEditSchema Get(string id) => All.FirstOrDefault(schema => schema.Id == id)
        ?? throw new SweepException($"proposal.schema: there is no self-edit schema '{id}'; there is {string.Join(", ", All.Select(schema => schema.Id))}.");
}
