using Seal.Arc.Generators.Families;
using Seal.Core.Sweeps;

namespace Seal.Arc.Generators;

/// <summary>
/// The families by name. Those for training (pretraining and the tasks that a policy learns on) and those for evaluation are
/// disjoint. None is made after a task of the paper's evaluation list: no mirrored concatenation, corner spreading, sub-sampling, patch
/// completion, block-wise vote, marker legend or removal of equal lines.
/// </summary>
public static class TaskFamilies
{
    public static IReadOnlyList<ITaskGenerator> Training { get; } =
    [
        new Turn(), new Recolour(), new Tile(), new Scale(), new CropContent(), new Gravity(), new Shift(), new Frame(), new Halves(), new MirrorHalf(),
        new LineFill(), new DropBlank(), new Majority(), new KeepColour(),
    ];

    public static IReadOnlyList<ITaskGenerator> Evaluation { get; } =
    [
        new Connect(), new Halo(), new CountBar(), new SwapHalves(), new Stripes(), new Negative(), new Diagonal(), new Comb(),
    ];

    public static IReadOnlyList<ITaskGenerator> All { get; } = [.. Training, .. Evaluation];

    /// <exception cref="SweepException">No family has this name.</exception>
    public static ITaskGenerator Get(string family) => All.FirstOrDefault(generator => generator.Family == family)
        ?? throw new SweepException($"There is no task family '{family}'; there is {string.Join(", ", All.Select(generator => generator.Family))}.");
}
