using Seal.Core.Artifacts;

namespace Seal.Grains.Tests.Support;

/// <summary>A store that is away for some reads.</summary>
internal sealed class FailingStore(IArtifactStore inner) : IArtifactStore
{
    /// <summary>The next so many reads fail.</summary>
    public int Failures { get; set; }

    /// <summary>Reads of keys with this beginning fail, as long as it is set.</summary>
    public string? Unreadable { get; set; }

    public Func<Task>? AfterList { get; set; }

    public Task<StoredArtifact?> ReadAsync(string key, CancellationToken cancellation = default) =>
        Failures-- > 0 || (Unreadable is { } prefix && key.StartsWith(prefix, StringComparison.Ordinal))
            ? throw new IOException("the store is away")
            : inner.ReadAsync(key, cancellation);

    public Task<string> WriteAsync(string key, ReadOnlyMemory<byte> bytes, WriteCondition condition, CancellationToken cancellation = default) =>
        inner.WriteAsync(key, bytes, condition, cancellation);

    public Task DeleteAsync(string key, CancellationToken cancellation = default) => inner.DeleteAsync(key, cancellation);

    public async Task<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellation = default)
    {
        var keys = await inner.ListAsync(prefix, cancellation);
        await (AfterList?.Invoke() ?? Task.CompletedTask);
        return keys;
    }
}
