using Seal.Arc.Tasks;

namespace Seal.Arc.Generators.Programs;

/// <summary>A rule as a function from input to output grid: what a task of a family does, without the draws that made it.</summary>
/// <param name="Name">For people: rule and parameters.</param>
/// <param name="Apply">The output for an input; null where the rule does not apply to it. Pure.</param>
internal sealed record GridProgram(string Name, Func<Grid, Grid?> Apply)
{
    /// <summary>This rule, and another on what comes out.</summary>
    public GridProgram Then(GridProgram next) =>
        new($"{Name}, then {next.Name}", grid => Apply(grid) is { } between && IsSmall(between) ? next.Apply(between) : null);

    /// <summary>Whether every pair of a task is input and output of this rule, the pairs to be found included.</summary>
    public bool Explains(ArcTask task)
    {
        foreach (var pair in task.Train.Concat(task.Test))
        {
            if (pair.Output is null || Apply(pair.Input) is not { } output || !output.Equals(pair.Output))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsSmall(Grid grid) => Math.Max(grid.Height, grid.Width) <= GeneratorLimits.MostMaxSide;
}
