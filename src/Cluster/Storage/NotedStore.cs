using Seal.Core.Artifacts;

namespace Seal.Cluster.Storage;

/// <summary>Remembers how the last write to the store ended: a store that can be read and not written (a full disk, a lost permission) is no good
/// store.</summary>
public sealed class NotedStore(IArtifactStore inner, TimeProvider time) : IArtifactStore
{
    private volatile Write? _last;

    /// <summary>Why the last write failed; null if it was done, or there was none yet.</summary>
    public string? Problem => _last?.Problem;

    /// <summary>How long ago the last write ended; null if there was none yet.</summary>
    public TimeSpan? Since => _last is { } last ? time.GetElapsedTime(last.At) : null;

    public Task<StoredArtifact?> ReadAsync(string key, CancellationToken cancellation = default) => inner.ReadAsync(key, cancellation);

    public Task<string> WriteAsync(string key, ReadOnlyMemory<byte> bytes, WriteCondition condition, CancellationToken cancellation = default) =>
        Noted(() => inner.WriteAsync(key, bytes, condition, cancellation));

    public Task DeleteAsync(string key, CancellationToken cancellation = default) => inner.DeleteAsync(key, cancellation);

    public Task<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellation = default) => inner.ListAsync(prefix, cancellation);

    public IArtifactStore Reporting(Action moved) => new Reported(this, inner.Reporting(moved));

    private async Task<string> Noted(Func<Task<string>> write)
    {
        try
        {
            var tag = await write();
            _last = new Write(time.GetTimestamp(), null);
            return tag;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // A conflict is an answer of a store that works; it says nothing here.
            _last = new Write(time.GetTimestamp(), refused.Message.Split('\n')[0]);
            throw;
        }
    }

    private sealed record Write(long At, string? Problem);

    /// <summary>The same notes over a store that tells of every piece that moved.</summary>
    private sealed class Reported(NotedStore notes, IArtifactStore inner) : IArtifactStore
    {
        public Task<StoredArtifact?> ReadAsync(string key, CancellationToken cancellation = default) => inner.ReadAsync(key, cancellation);

        public Task<string> WriteAsync(string key, ReadOnlyMemory<byte> bytes, WriteCondition condition, CancellationToken cancellation = default) =>
            notes.Noted(() => inner.WriteAsync(key, bytes, condition, cancellation));

        public Task DeleteAsync(string key, CancellationToken cancellation = default) => inner.DeleteAsync(key, cancellation);

        public Task<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellation = default) =>
            inner.ListAsync(prefix, cancellation);
    }
}
