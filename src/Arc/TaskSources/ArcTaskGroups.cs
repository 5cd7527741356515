using Seal.Arc.Tasks;

namespace Seal.Arc.TaskSources;

/// <summary>What a task is like, for a gate that asks whether one kind of task lost more than the others.</summary>
internal static class ArcTaskGroups
{
    /// <summary>Cells of a test input above which a task is large.</summary>
    private const int SmallCells = 36;

    /// <summary>Colours in its pairs above which a task has many.</summary>
    private const int FewColours = 4;

    /// <summary>Orientation and size of its first test input, and the number of its colours, as <see cref="Core.Domains.TaskDocument.Groups"/> has
    /// them.</summary>
    public static string Of(ArcTask task)
    {
        var input = task.Test[0].Input;
        var colours = task.Train.SelectMany(pair => new[] { pair.Input, pair.Output }).OfType<Grid>().SelectMany(Colours).Distinct().Count();
        var orientation =
            input.Width > input.Height ? "wide"
            : input.Width < input.Height ? "tall"
            : "square";
        return $"orientation={orientation} size={(input.Width * input.Height > SmallCells ? "large" : "small")} "
            + $"colours={(colours > FewColours ? "many" : "few")}";
    }

    private static IEnumerable<int> Colours(Grid grid)
    {
        for (var row = 0; row < grid.Height; row++)
        {
            for (var column = 0; column < grid.Width; column++)
            {
                yield return grid[row, column];
            }
        }
    }
}
