using System.Globalization;
using Seal.Arc.Tasks;

namespace Seal.Arc.Augmentations;

/// <summary>Puts the mirror image beside the grid, so that it doubles along the axis.</summary>
/// <param name="Axis">0: above or below; 1: left or right.</param>
/// <param name="Reverse">The mirror image comes first.</param>
internal sealed record Reflect(int Axis, bool Reverse) : GridMap
{
    public int Axis { get; } = Axes.Check(Axis, 1);

    public override string Name => string.Create(CultureInfo.InvariantCulture, $"Reflect({Axis}, reverse={(Reverse ? "True" : "False")})");

    public override Grid Apply(Grid grid)
    {
        var mirrored = new Flip(Axis).Apply(grid);
        return Reverse ? Axes.Join(mirrored, grid, Axis) : Axes.Join(grid, mirrored, Axis);
    }
}
