using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Augmentations;

/// <summary>One augmentation after the other.</summary>
internal sealed class Chain(params IReadOnlyList<IAugmentation> steps) : IAugmentation
{
    public IReadOnlyList<IAugmentation> Steps { get; } = steps;

    public string Name { get; } = $"Chain([{string.Join(", ", steps.Select(step => step.Name))}])";

    public IAugmentation? Inverse
    {
        get
        {
            var inverses = Steps.Reverse().Select(step => step.Inverse).OfType<IAugmentation>().ToList();
            return inverses.Count == Steps.Count ? new Chain(inverses) : null;
        }
    }

    public ArcTask Apply(ArcTask task, CounterRandom random) => Steps.Aggregate(task, (current, step) => step.Apply(current, random));

    public override string ToString() => Name;
}
