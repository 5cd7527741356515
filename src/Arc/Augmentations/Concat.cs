using System.Globalization;
using Seal.Arc.Tasks;

namespace Seal.Arc.Augmentations;

/// <summary>Puts two images of the grid beside each other; the sides that touch must stay equal.</summary>
/// <param name="First">Above, or on the left.</param>
/// <param name="Second">Below, or on the right.</param>
/// <param name="Axis">0: one below the other; 1: side by side.</param>
public sealed record Concat(GridMap First, GridMap Second, int Axis) : GridMap
{
    public int Axis { get; } = Axes.Check(Axis, 1);

    public override string Name => string.Create(CultureInfo.InvariantCulture, $"Concat({First.Name}, {Second.Name}, axis={Axis})");

    public override Grid Apply(Grid grid) => Axes.Join(First.Apply(grid), Second.Apply(grid), Axis);
}
