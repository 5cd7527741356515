using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Augmentations;

/// <summary>Makes a task that follows a like rule out of a task. To add one: a new type in a file of its own, and its line in
/// <see cref="AugmentationGroups"/>.</summary>
internal interface IAugmentation
{
    /// <summary>What it does, with its arguments, e.g. <c>Rotate(90)</c>; unique among augmentations, and the name under which its seed is
    /// derived.</summary>
    string Name { get; }

    /// <summary>What undoes it, or null where that is not known beforehand (drawn anew each time) or not possible.</summary>
    IAugmentation? Inverse { get; }

    /// <summary>The changed task, under the same id. All chance comes from <paramref name="random"/>; unknown test outputs stay unknown.</summary>
    ArcTask Apply(ArcTask task, CounterRandom random);
}
