using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators;

/// <summary>A family of tasks that the project makes itself: one idea, with parameters drawn per task.</summary>
public interface ITaskGenerator
{
    /// <summary>Name in sweep files, task ids and tables: <c>^[a-z][a-z-]*$</c>.</summary>
    string Family { get; }

    /// <summary>One line for people.</summary>
    string Description { get; }

    /// <summary>The smallest <see cref="GeneratorLimits.MaxSide"/> under which the family has enough to show.</summary>
    int LeastSide => GeneratorLimits.LeastMaxSide;

    /// <summary>What training its tasks need; a family that was made for that says so.</summary>
    TrainingNeed Need => TrainingNeed.None;

    /// <summary>A task: a pure function of the generator's draws and the limits. Its id is the family's name.</summary>
    ArcTask Generate(CounterRandom random, GeneratorLimits limits);
}

/// <summary>How large generated tasks are.</summary>
/// <param name="MaxSide">Longest side of any grid, 3..30.</param>
/// <param name="MinDemonstrations">Fewest demonstrations, at least 2: leave-one-out needs one to be left.</param>
/// <param name="MaxDemonstrations">Most demonstrations.</param>
public sealed record GeneratorLimits(int MaxSide = 10, int MinDemonstrations = 2, int MaxDemonstrations = 4)
{
    public const int LeastMaxSide = 3;
    public const int MostMaxSide = 30;
}

/// <summary>What a family's best training is like.</summary>
public enum TrainingNeed
{
    /// <summary>Nothing in particular.</summary>
    None,

    /// <summary>Facts hang on places: colours permuted, geometry left alone.</summary>
    Place,

    /// <summary>Facts hang on colours: geometry, colours left alone.</summary>
    Colour,

    /// <summary>The test comes in an orientation and in colours that were not shown: geometry and colours.</summary>
    Both,
}
