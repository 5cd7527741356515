using Seal.Arc.Tasks;

namespace Seal.Arc.Augmentations;

/// <summary>Rows become columns.</summary>
public sealed record Transpose : GridMap
{
    public override string Name => "Transpose()";

    public override GridMap Inverse => this;

    public override Grid Apply(Grid grid) => Grid.Create(grid.Width, grid.Height, (row, column) => grid[column, row]);
}
