using Seal.Arc.Tasks;

namespace Seal.Arc.Augmentations;

/// <summary>Axis 0 runs down the rows, axis 1 along the columns.</summary>
internal static class Axes
{
    /// <exception cref="ArgumentOutOfRangeException">Not in 0..<paramref name="last"/>.</exception>
    public static int Check(int axis, int last) =>
        axis >= 0 && axis <= last ? axis : throw new ArgumentOutOfRangeException(nameof(axis), axis, $"Expected 0..{last}.");

    /// <summary>The second grid below the first (axis 0) or to its right (axis 1).</summary>
    /// <exception cref="ArgumentException">The sides that touch differ.</exception>
    public static Grid Join(Grid first, Grid second, int axis)
    {
        if (axis == 0 ? first.Width != second.Width : first.Height != second.Height)
        {
            throw new ArgumentException(
                $"Grids of {first.Height} × {first.Width} and {second.Height} × {second.Width} cannot be joined along axis {axis}."
            );
        }

        return axis == 0
            ? Grid.Create(
                first.Height + second.Height,
                first.Width,
                (row, column) => row < first.Height ? first[row, column] : second[row - first.Height, column]
            )
            : Grid.Create(
                first.Height,
                first.Width + second.Width,
                (row, column) => column < first.Width ? first[row, column] : second[row, column - first.Width]
            );
    }
}
