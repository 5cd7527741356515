using Seal.Core.Sweeps;

namespace Seal.Arc.SelfEdits;

/// <summary>The schemas by name.</summary>
public static class EditSchemas
{
    public static IReadOnlyList<IEditSchema> All { get; } =
    [
        PaperSchema.Instance,
        MiniSchema.Instance,
        MiniSchema.Core,
        MiniSchema.LongCore,
        MiniSchema.Sixteen,
        MiniSchema.LongSixteen,
        MiniSchema.Four,
        MiniSchema.Wide,
    ];

    /// <exception cref="SweepException">No schema has this name.</exception>
    public static IEditSchema Get(string id) =>
        All.FirstOrDefault(schema => schema.Id == id)
        ?? throw new SweepException(
            $"proposal.schema: there is no self-edit schema '{id}'; there is {string.Join(", ", All.Select(schema => schema.Id))}."
        );
}
