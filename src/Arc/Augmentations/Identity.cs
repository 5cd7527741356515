using Seal.Arc.Tasks;

namespace Seal.Arc.Augmentations;

/// <summary>Leaves every grid as it is.</summary>
public sealed record Identity : GridMap
{
    public override string Name => "Identity()";

    public override GridMap Inverse => this;

    public override Grid Apply(Grid grid) => grid;
}
