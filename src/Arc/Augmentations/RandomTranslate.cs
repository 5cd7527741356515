using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Augmentations;

/// <summary>
/// Rolls inputs and outputs by 0 to 3 cells in each direction. As in the reference, a pair's input and output are shifted apart from each
/// other, and all pairs by the same draws (so pairs of equal sizes get equal shifts): the rule learnt is "this rule, then this shift".
/// </summary>
internal sealed record RandomTranslate : IAugmentation
{
    private const int MaxShift = 3;

    public string Name => "RandomTranslate()";

    public IAugmentation? Inverse => null;

    public ArcTask Apply(ArcTask task, CounterRandom random)
    {
        var shared = new Seed(random.NextUInt64());
        return task with { Train = [.. task.Train.Select(pair => Shift(pair, shared))], Test = [.. task.Test.Select(pair => Shift(pair, shared))] };
    }

    public override string ToString() => Name;

    private static ArcPair Shift(ArcPair pair, Seed shared)
    {
        var random = new CounterRandom(shared);
        var input = Draw(pair.Input, random);
        return new ArcPair(input.Apply(pair.Input), pair.Output is null ? null : Draw(pair.Output, random).Apply(pair.Output));
    }

    private static Roll Draw(Grid grid, CounterRandom random) =>
        new(random.NextInt(Math.Min(MaxShift + 1, grid.Height)), random.NextInt(Math.Min(MaxShift + 1, grid.Width)));
}
