using Seal.Arc.Tasks;

namespace Seal.Arc.Evaluation;

/// <summary>What an adapted model answered: the document kept beside a trial. Grids as rows of colours, as in ARC's files; null where the answer
/// was no grid.</summary>
/// <param name="Tests">Per test pair.</param>
public sealed record Predictions(IReadOnlyList<TestPrediction> Tests);

/// <param name="Plain">The greedy answer of the plain view.</param>
/// <param name="First">The vote's first answer.</param>
/// <param name="Second">The vote's second answer.</param>
/// <param name="Answers">Each view's answer, led back to the plain task.</param>
public sealed record TestPrediction(int[][]? Plain, int[][]? First, int[][]? Second, IReadOnlyList<int[][]?> Answers)
{
    /// <summary>A grid as rows.</summary>
    public static int[][]? Rows(Grid? grid) =>
        grid is null
            ? null
            : [.. Enumerable.Range(0, grid.Height).Select(row => Enumerable.Range(0, grid.Width).Select(column => (int)grid[row, column]).ToArray())];
}
