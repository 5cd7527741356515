using System.Globalization;
using System.Text.Json;
using Seal.Arc.Augmentations;
using Seal.Arc.Tasks;

namespace Seal.Arc.Tests;

/// <summary>How the goldens' words read in ours.</summary>
internal static class Reference
{
    /// <summary>An augmentation by the reference's name for it, e.g. <c>Chain([Rotate(90), IncreaseResolution(2)])</c>.</summary>
    public static IAugmentation Augmentation(string name)
    {
        var open = name.IndexOf('(', StringComparison.Ordinal);
        var inside = name[(open + 1)..^1];
        return name[..open] switch
        {
            "Chain" => new Chain([.. inside.Trim('[', ']').Split(", ").Select(Augmentation)]),
            "Concat" when inside.StartsWith("(IdentityAugmenter(), Rotate(180)), axis=", StringComparison.Ordinal) => new Concat(
                new Identity(),
                new Rotate(180),
                Number(inside[^1..])
            ),
            "IdentityAugmenter" => new Identity(),
            "Rotate" => new Rotate(Number(inside)),
            "Flip" => new Flip(Number(inside)),
            "Transpose" => new Transpose(),
            "Reflect" => new Reflect(Number(inside[..1]), inside.EndsWith("True", StringComparison.Ordinal)),
            "Repeat" => new Repeat(Number(inside[..1]), Number(inside[^1..])),
            "IncreaseResolution" => Enlarge.Resolution(Number(inside)),
            "IncreaseHeight" => Enlarge.Height(Number(inside)),
            "IncreaseWidth" => Enlarge.Width(Number(inside)),
            _ => throw new ArgumentException($"The goldens name {name}; teach this reader what it is.", nameof(name)),
        };
    }

    public static GridMap Map(string? name) => name is null ? new Identity() : (GridMap)Augmentation(name);

    /// <summary>A task as the goldens write it; demonstrations may be absent.</summary>
    public static ArcTask Task(JsonElement task) => new("golden", Pairs(task.GetProperty("train")), Pairs(task.GetProperty("test")));

    public static Grid Grid(JsonElement rows) => ArcTaskJson.ReadGrid(rows, "golden");

    private static ArcPair[] Pairs(JsonElement pairs) =>
        [.. pairs.EnumerateArray().Select(pair => new ArcPair(Grid(pair.GetProperty("input")), Grid(pair.GetProperty("output"))))];

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
