using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Augmentations;

/// <summary>Shows the demonstrations in a random order, possibly the same.</summary>
internal sealed record PermuteExamples : IAugmentation
{
    public string Name => "PermuteExamples()";

    public IAugmentation? Inverse => null;

    public ArcTask Apply(ArcTask task, CounterRandom random) => new ExampleOrder([.. random.NextPermutation(task.Train.Count)]).Apply(task);

    public override string ToString() => Name;
}
