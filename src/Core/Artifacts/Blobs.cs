namespace Seal.Core.Artifacts;

/// <summary>Content-addressed bytes: written once, checked at every reading.</summary>
public static class Blobs
{
    /// <summary>Keeps new bytes under their hash: one call to the store, unless it has them already.</summary>
    public static async Task<string> Put(IArtifactStore store, byte[] bytes, CancellationToken cancellation = default)
    {
        var sha256 = ArtifactKey.Sha256(bytes);
        try
        {
            await store.WriteAsync(ArtifactKey.Blob(sha256), bytes, WriteCondition.Absent, cancellation);
            return sha256;
        }
        catch (ArtifactConflictException)
        {
            // It is there: from an attempt that was lost, or damaged since.
            return await Ensure(store, bytes, cancellation);
        }
    }

    /// <summary>Keeps bytes that are most likely there: nothing is sent if they are, and whole.</summary>
    public static async Task<string> Ensure(IArtifactStore store, byte[] bytes, CancellationToken cancellation = default)
    {
        var sha256 = ArtifactKey.Sha256(bytes);
        var key = ArtifactKey.Blob(sha256);
        if (await store.ReadAsync(key, cancellation) is not { } present || ArtifactKey.Sha256(present.Bytes) != sha256)
        {
            await store.WriteAsync(key, bytes, WriteCondition.Always, cancellation);
        }

        return sha256;
    }

    /// <exception cref="InvalidDataException">Missing or damaged; says which and what to do.</exception>
    public static async Task<byte[]> Get(IArtifactStore store, string sha256, CancellationToken cancellation = default)
    {
        var stored =
            await store.ReadAsync(ArtifactKey.Blob(sha256), cancellation)
            ?? throw new InvalidDataException(
                $"{ArtifactKey.Blob(sha256)} is missing from the store; restore it from a back-up, or start the sweep over in a new store."
            );
        return ArtifactKey.Sha256(stored.Bytes) == sha256
            ? stored.Bytes
            : throw new InvalidDataException(
                $"{ArtifactKey.Blob(sha256)} is damaged: its bytes do not have this hash. Restore it from a back-up, or start the sweep over in a "
                    + $"new store."
            );
    }
}
