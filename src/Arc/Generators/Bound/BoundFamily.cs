using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators.Bound;

/// <summary>Draws a whole task, or null where the draw shows too little.</summary>
/// <param name="random">Draws.</param>
/// <param name="side">The longest side it should use.</param>
/// <param name="demonstrations">How many demonstrations.</param>
/// <returns>Demonstrations, then the test pair.</returns>
internal delegate IReadOnlyList<ArcPair>? BoundDraw(CounterRandom random, int side, int demonstrations);

/// <summary>
/// A family whose tasks need a certain training, because demonstrations and test differ in a certain way: the demonstrations show each fact once, in
/// places or in colours, and the test asks for all of them at once, or for an orientation and colours that were never shown. Which augmentations
/// carry over what was shown, and which destroy it, is the family's <see cref="Need"/>.
/// </summary>
/// <param name="name">Name.</param>
/// <param name="description">One line.</param>
/// <param name="need">What its best training is like.</param>
/// <param name="mostSide">Grids of the hardest tasks; a task's own side is drawn from 3 up to here, or to the limit.</param>
/// <param name="draw">Draws a task.</param>
internal sealed class BoundFamily(string name, string description, TrainingNeed need, int mostSide, BoundDraw draw) : ITaskGenerator
{
    private const int Draws = 1000;
    private const int FewestShown = 3;
    private const int FewestCells = 3;

    public string Family => name;

    public string Description => description;

    public TrainingNeed Need => need;

    public int LeastSide => 5;

    public ArcTask Generate(CounterRandom random, GeneratorLimits limits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.MaxSide, LeastSide, nameof(limits));
        var count = random.NextInt(Math.Max(limits.MinDemonstrations, Math.Min(FewestShown, limits.MaxDemonstrations)), limits.MaxDemonstrations + 1);
        var side = random.NextInt(FewestCells, Math.Min(mostSide, limits.MaxSide) + 1);
        for (var i = 0; i < Draws; i++)
        {
            if (draw(random, side, count) is { } pairs && IsTask(pairs))
            {
                return new ArcTask(Family, [.. pairs.Take(count)], [pairs[count]]);
            }
        }

        throw new InvalidOperationException($"The family {Family} made no task in {Draws} draws with sides up to {side}.");
    }

    private static bool IsTask(IReadOnlyList<ArcPair> pairs) =>
        pairs.All(pair => !pair.Input.Equals(pair.Output)) && pairs.Select(pair => pair.Input).Distinct().Count() == pairs.Count;
}
