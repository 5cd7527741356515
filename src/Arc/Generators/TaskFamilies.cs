using Seal.Arc.Generators.Bound;
using Seal.Arc.Generators.Families;
using Seal.Arc.Generators.Programs;
using Seal.Core.Domains;
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
        new Turn(),
        new Recolour(),
        new Tile(),
        new Scale(),
        new CropContent(),
        new Gravity(),
        new Shift(),
        new Frame(),
        new Halves(),
        new MirrorHalf(),
        new LineFill(),
        new DropBlank(),
        new Majority(),
        new KeepColour(),
    ];

    public static IReadOnlyList<ITaskGenerator> Evaluation { get; } =
    [new Connect(), new Halo(), new CountBar(), new SwapHalves(), new Stripes(), new Negative(), new Diagonal(), new Comb()];

    /// <summary>What a base model is pretrained on: the training families, and families that nothing else uses.</summary>
    public static IReadOnlyList<ITaskGenerator> Pretraining { get; } = [.. Training, .. ProgramFamilies.Pretraining];

    /// <summary>Tasks for a policy to learn on whose best training differs: bound to places, to colours, or in need of both augmentations, in equal
    /// parts.</summary>
    public static IReadOnlyList<ITaskGenerator> Policy { get; } = Alternating(PlaceFamilies.Policy, ColourFamilies.Policy, TurnedFamilies.Policy);

    /// <summary>The same three kinds for judging a policy: other families, of which neither base model nor policy has seen a task.</summary>
    public static IReadOnlyList<ITaskGenerator> Transfer { get; } =
        Alternating(PlaceFamilies.Transfer, ColourFamilies.Transfer, TurnedFamilies.Transfer);

    public static IReadOnlyList<ITaskGenerator> All { get; } = [.. Pretraining, .. Evaluation, .. Policy, .. Transfer];

    /// <summary>What the tasks of a family are for: <c>pretraining</c>, <c>evaluation</c>, <c>policy</c> or <c>transfer</c>; <c>training</c> for
    /// those of <see cref="Training"/>.</summary>
    public static string UseOf(ITaskGenerator family) =>
        Training.Contains(family) ? "training"
        : Pretraining.Contains(family) ? "pretraining"
        : Evaluation.Contains(family) ? "evaluation"
        : Policy.Contains(family) ? "policy"
        : "transfer";

    /// <exception cref="SweepException">No family has this name.</exception>
    public static ITaskGenerator Get(string family) =>
        All.FirstOrDefault(generator => generator.Family == family)
        ?? throw new SweepException($"There is no task family '{family}'; there is {string.Join(", ", All.Select(generator => generator.Family))}.");

    /// <summary>The family that made a task, by the task's id; null for tasks that no generator made.</summary>
    public static ITaskGenerator? OfTask(string id) => All.FirstOrDefault(family => id.StartsWith($"gen-{family.Family}-", StringComparison.Ordinal));

    /// <summary>The groups of a task, where its family was made for a certain training need; null for all others.</summary>
    public static TaskLabels? LabelsOf(string id) =>
        OfTask(id) is { Need: not TrainingNeed.None } family ? new TaskLabels(family.Family, family.Need.ToString().ToLowerInvariant()) : null;

    /// <summary>One of each list, then the next of each: whoever takes the first few has equal parts.</summary>
    private static IReadOnlyList<ITaskGenerator> Alternating(params IReadOnlyList<ITaskGenerator>[] lists) =>
        [.. Enumerable.Range(0, lists.Max(list => list.Count)).SelectMany(i => lists.Where(list => i < list.Count).Select(list => list[i]))];
}
