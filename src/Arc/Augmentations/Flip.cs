using System.Globalization;
using Seal.Arc.Tasks;

namespace Seal.Arc.Augmentations;

/// <summary>Mirrors grids.</summary>
/// <param name="Axis">0: top and bottom change places; 1: left and right.</param>
public sealed record Flip(int Axis) : GridMap
{
    public int Axis { get; } = Axes.Check(Axis, 1);

    public override string Name => string.Create(CultureInfo.InvariantCulture, $"Flip({Axis})");

    public override GridMap Inverse => this;

    public override Grid Apply(Grid grid) =>
        Axis == 0
            ? Grid.Create(grid.Height, grid.Width, (row, column) => grid[grid.Height - 1 - row, column])
            : Grid.Create(grid.Height, grid.Width, (row, column) => grid[row, grid.Width - 1 - column]);
}
