namespace Seal.Arc.Augmentations;

/// <summary>The registry: the paper's four groups, in the reference's order.</summary>
internal static class AugmentationGroups
{
    public static IReadOnlyList<IAugmentation> Basic { get; } =
    [
        new Rotate(90),
        new Rotate(270),
        new Rotate(180),
        new Flip(0),
        new Flip(1),
        new Reflect(0, Reverse: true),
        new Reflect(1, Reverse: true),
        new Reflect(0, Reverse: false),
        new Reflect(1, Reverse: false),
        new RandomTranslate(),
        new Transpose(),
    ];

    public static IReadOnlyList<IAugmentation> Size { get; } = [Enlarge.Resolution(2), Enlarge.Height(2), Enlarge.Width(2)];

    public static IReadOnlyList<IAugmentation> Chain { get; } =
    [
        new Chain(new Rotate(90), Enlarge.Resolution(2)),
        new Chain(new Rotate(270), Enlarge.Resolution(2)),
        new Chain(new Rotate(180), Enlarge.Resolution(2)),
        new Chain(new Flip(0), Enlarge.Resolution(2)),
        new Chain(new Flip(1), Enlarge.Resolution(2)),
        new Chain(new Transpose(), Enlarge.Resolution(2)),
    ];

    public static IReadOnlyList<IAugmentation> Repeat { get; } = [new Repeat(0, 2), new Repeat(1, 2), new Repeat(2, 2)];

    /// <summary>The augmentations of the groups that are on.</summary>
    public static IReadOnlyList<IAugmentation> For(AugmentationSwitches switches) =>
        [.. switches.Basic ? Basic : [], .. switches.Size ? Size : [], .. switches.Chain ? Chain : [], .. switches.Repeat ? Repeat : []];
}
