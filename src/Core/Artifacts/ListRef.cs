namespace Seal.Core.Artifacts;

/// <summary>A list that only grows, as states and messages name it: the items are blobs of the store (<see cref="BlobLists"/>).</summary>
/// <param name="Count">Number of items.</param>
/// <param name="Head">SHA-256 of the newest item's link; null for none.</param>
public sealed record ListRef(int Count, string? Head)
{
    public static ListRef Empty { get; } = new(0, null);
}

/// <summary>One item of a list, and the way to those before it. Immutable, so lists that begin alike share their links.</summary>
/// <param name="Item">The item.</param>
/// <param name="Length">Of the list that ends here.</param>
/// <param name="Previous">SHA-256 of the link before; null for the first.</param>
/// <param name="Jump">SHA-256 of a link farther back; null for the beginning.</param>
/// <param name="JumpLength">Of the list that ends there.</param>
public sealed record ListLink<T>(T Item, int Length, string? Previous, string? Jump, int JumpLength);
