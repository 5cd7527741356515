using Seal.Core.Artifacts;

namespace Seal.Silo.Storage;

/// <summary>Tells the host when the disk refuses a write, so that the user hears of it at once instead of seeing work stand still.</summary>
internal sealed class WatchedStore(IArtifactStore inner, Action<IOException> onRefused) : IArtifactStore
{
    public Task<StoredArtifact?> ReadAsync(string key, CancellationToken cancellation = default) => inner.ReadAsync(key, cancellation);

    public async Task<string> WriteAsync(string key, ReadOnlyMemory<byte> bytes, WriteCondition condition, CancellationToken cancellation = default)
    {
        try
        {
            return await inner.WriteAsync(key, bytes, condition, cancellation);
        }
        catch (IOException refused)
        {
            onRefused(refused);
            throw;
        }
        catch (UnauthorizedAccessException refused)
        {
            var io = new IOException(refused.Message, refused);
            onRefused(io);
            throw io;
        }
    }

    public Task DeleteAsync(string key, CancellationToken cancellation = default) => inner.DeleteAsync(key, cancellation);

    public Task<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellation = default) => inner.ListAsync(prefix, cancellation);
}
