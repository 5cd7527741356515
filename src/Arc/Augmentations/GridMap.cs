using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Augmentations;

/// <summary>An augmentation without chance that does the same to every grid. Equal by its arguments.</summary>
public abstract record GridMap : IAugmentation
{
    public abstract string Name { get; }

    /// <summary>The map that undoes this one, or null.</summary>
    public virtual GridMap? Inverse => null;

    IAugmentation? IAugmentation.Inverse => Inverse;

    public abstract Grid Apply(Grid grid);

    /// <summary>Maps every grid of the task.</summary>
    public ArcTask Apply(ArcTask task) => task with { Train = Apply(task.Train), Test = Apply(task.Test) };

    ArcTask IAugmentation.Apply(ArcTask task, CounterRandom random) => Apply(task);

    public sealed override string ToString() => Name;

    private ArcPair[] Apply(IReadOnlyList<ArcPair> pairs) =>
        [.. pairs.Select(pair => new ArcPair(Apply(pair.Input), pair.Output is null ? null : Apply(pair.Output)))];
}
