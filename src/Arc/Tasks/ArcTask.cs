namespace Seal.Arc.Tasks;

/// <summary>An input with its output; the output of a test pair may be unknown.</summary>
public sealed record ArcPair(Grid Input, Grid? Output);

/// <summary>Demonstrations and test pairs. Two tasks of equal grids are told to be equal by <see cref="ArcTaskContent"/>, not by <c>==</c>.</summary>
/// <param name="Id">Name of the task, e.g. ARC's eight hexadecimal digits.</param>
/// <param name="Train">Demonstrations; every output is known. Empty only in derived tasks (both of two demonstrations left out).</param>
/// <param name="Test">Test pairs.</param>
public sealed record ArcTask(string Id, IReadOnlyList<ArcPair> Train, IReadOnlyList<ArcPair> Test)
{
    /// <summary>Longest side of any grid in the task, test pairs included.</summary>
    public int MaxSide => Train.Concat(Test).Max(pair => Math.Max(Longest(pair.Input), pair.Output is null ? 0 : Longest(pair.Output)));

    private static int Longest(Grid grid) => Math.Max(grid.Height, grid.Width);
}
