using System.Globalization;
using Seal.Arc.Tasks;

namespace Seal.Arc.Augmentations;

/// <summary>Tiles with copies of the grid.</summary>
/// <param name="Axis">0: downwards; 1: to the right; 2: both.</param>
/// <param name="Count">Copies along an axis, at least 1.</param>
public sealed record Repeat(int Axis, int Count) : GridMap
{
    public int Axis { get; } = Axes.Check(Axis, 2);

    public int Count { get; } = Count >= 1 ? Count : throw new ArgumentOutOfRangeException(nameof(Count), Count, "Expected at least 1.");

    public override string Name => string.Create(CultureInfo.InvariantCulture, $"Repeat({Axis}, {Count})");

    public override Grid Apply(Grid grid) =>
        Grid.Create(
            Axis == 1 ? grid.Height : grid.Height * Count,
            Axis == 0 ? grid.Width : grid.Width * Count,
            (row, column) => grid[row % grid.Height, column % grid.Width]
        );
}
