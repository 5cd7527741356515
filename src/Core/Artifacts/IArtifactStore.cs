namespace Seal.Core.Artifacts;

/// <summary>
/// Durable bytes under keys, with compare-and-set: a directory or a blob container. A write that returned has survived a power
/// cut; a write that did not return has either happened whole or not at all.
/// </summary>
public interface IArtifactStore
{
    /// <summary>Bytes and tag under a key, or null if there is nothing.</summary>
    Task<StoredArtifact?> ReadAsync(string key, CancellationToken cancellation = default);

    /// <summary>Writes and returns the new tag.</summary>
    /// <param name="key">Segments <c>[a-z0-9][a-z0-9._-]*</c> joined by '/'; see <see cref="ArtifactKey"/>.</param>
    /// <param name="bytes">The whole content.</param>
    /// <param name="condition">What must hold of the present content.</param>
    /// <exception cref="ArtifactConflictException">The condition does not hold; nothing was written.</exception>
    /// <exception cref="IOException">The store is full or unreachable; nothing was written.</exception>
    Task<string> WriteAsync(string key, ReadOnlyMemory<byte> bytes, WriteCondition condition, CancellationToken cancellation = default);

    /// <summary>Removes a key; nothing happens if it is not there.</summary>
    Task DeleteAsync(string key, CancellationToken cancellation = default);

    /// <summary>Keys that start with <paramref name="prefix"/>, in ordinal order.</summary>
    Task<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellation = default);

    /// <summary>The same store for a caller who wants to hear of every piece of a large content that has moved: progress is a sign of life.</summary>
    /// <param name="moved">Called from any thread.</param>
    IArtifactStore Reporting(Action moved) => this;
}

/// <param name="Bytes">The content.</param>
/// <param name="Tag">Changes with the content; give it back in <see cref="WriteCondition.Matches"/>.</param>
public sealed record StoredArtifact(byte[] Bytes, string Tag);

/// <summary>What must hold for a write to happen.</summary>
public readonly record struct WriteCondition
{
    private WriteCondition(string? tag, bool absent)
    {
        Tag = tag;
        MustBeAbsent = absent;
    }

    public string? Tag { get; }

    public bool MustBeAbsent { get; }

    /// <summary>Write whatever is there. For content-addressed keys.</summary>
    public static WriteCondition Always => default;

    /// <summary>Write only if nothing is there.</summary>
    public static WriteCondition Absent => new(null, true);

    /// <summary>Write only if the content still has this tag.</summary>
    public static WriteCondition Matches(string tag) => new(tag, false);
}

/// <summary>Somebody else wrote in between.</summary>
public sealed class ArtifactConflictException(string message) : Exception(message);
