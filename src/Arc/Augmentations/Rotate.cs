using System.Globalization;
using Seal.Arc.Tasks;

namespace Seal.Arc.Augmentations;

/// <summary>Turns grids counter-clockwise.</summary>
public sealed record Rotate : GridMap
{
    /// <param name="degrees">90, 180 or 270.</param>
    public Rotate(int degrees)
    {
        if (degrees is not (90 or 180 or 270))
        {
            throw new ArgumentOutOfRangeException(nameof(degrees), degrees, "Expected 90, 180 or 270.");
        }

        Degrees = degrees;
    }

    public int Degrees { get; }

    public override string Name => string.Create(CultureInfo.InvariantCulture, $"Rotate({Degrees})");

    public override GridMap Inverse => new Rotate(360 - Degrees);

    public override Grid Apply(Grid grid) =>
        Degrees switch
        {
            90 => Grid.Create(grid.Width, grid.Height, (row, column) => grid[column, grid.Width - 1 - row]),
            180 => Grid.Create(grid.Height, grid.Width, (row, column) => grid[grid.Height - 1 - row, grid.Width - 1 - column]),
            _ => Grid.Create(grid.Width, grid.Height, (row, column) => grid[grid.Height - 1 - column, row]),
        };
}
