using System.Globalization;
using Seal.Arc.Tasks;

namespace Seal.Arc.Augmentations;

/// <summary>Moves every cell down and to the right; what leaves on one side comes back on the other.</summary>
/// <param name="Rows">Cells downwards; negative for upwards.</param>
/// <param name="Columns">Cells to the right; negative for left.</param>
internal sealed record Roll(int Rows, int Columns) : GridMap
{
    public override string Name => string.Create(CultureInfo.InvariantCulture, $"Roll({Rows}, {Columns})");

    public override GridMap Inverse => new Roll(-Rows, -Columns);

    public override Grid Apply(Grid grid)
    {
        var down = Modulo(Rows, grid.Height);
        var right = Modulo(Columns, grid.Width);
        return Grid.Create(
            grid.Height,
            grid.Width,
            (row, column) => grid[(row - down + grid.Height) % grid.Height, (column - right + grid.Width) % grid.Width]
        );
    }

    private static int Modulo(int value, int modulus) => ((value % modulus) + modulus) % modulus;
}
