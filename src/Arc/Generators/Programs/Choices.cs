namespace Seal.Arc.Generators.Programs;

/// <summary>What rules choose between.</summary>
internal static class Choices
{
    public static readonly bool[] YesOrNo = [true, false];

    /// <summary>Rows, columns, or both.</summary>
    public static readonly (bool Rows, bool Columns)[] RowsOrColumns = [(true, false), (false, true), (true, true)];

    /// <summary>Orientations that lead each of the four sides to where the lower one is.</summary>
    public static readonly int[] FourSides = [0, 1, 4, 5];

    /// <summary>No colour at all, or one of these.</summary>
    public static IEnumerable<byte> BlankOr(IReadOnlyList<byte> colours) => colours.Prepend((byte)0);
}
