using System.Globalization;
using Seal.Arc.Tasks;

namespace Seal.Arc.Augmentations;

/// <summary>Every cell becomes a block of cells.</summary>
/// <param name="Rows">Height of the block, at least 1.</param>
/// <param name="Columns">Width of the block, at least 1.</param>
internal sealed record Enlarge(int Rows, int Columns) : GridMap
{
    public int Rows { get; } = Rows >= 1 ? Rows : throw new ArgumentOutOfRangeException(nameof(Rows), Rows, "Expected at least 1.");

    public int Columns { get; } = Columns >= 1 ? Columns : throw new ArgumentOutOfRangeException(nameof(Columns), Columns, "Expected at least 1.");

    public override string Name => string.Create(CultureInfo.InvariantCulture, $"Enlarge({Rows}, {Columns})");

    /// <summary>Twice, or more, in both directions.</summary>
    public static Enlarge Resolution(int factor) => new(factor, factor);

    public static Enlarge Height(int factor) => new(factor, 1);

    public static Enlarge Width(int factor) => new(1, factor);

    public override Grid Apply(Grid grid) =>
        Grid.Create(grid.Height * Rows, grid.Width * Columns, (row, column) => grid[row / Rows, column / Columns]);
}
