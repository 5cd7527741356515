using System.Collections.Concurrent;
using Seal.Core.Artifacts;

namespace Seal.Grains.Tests.Support;

/// <summary>Writes down every call that the store behind it gets.</summary>
internal sealed class CountingStore(IArtifactStore inner) : IArtifactStore
{
    private readonly ConcurrentQueue<(string Verb, string Key)> _calls = new();
    private readonly ConcurrentQueue<(string Verb, string Key, long Bytes)> _traffic = new();

    /// <summary>In the order in which they came: <c>read</c>, <c>write</c>, <c>delete</c> or <c>list</c>, and the key.</summary>
    public IReadOnlyCollection<(string Verb, string Key)> Calls => _calls;

    /// <summary>Bytes that were read or written, in the order in which they were.</summary>
    public IReadOnlyCollection<(string Verb, string Key, long Bytes)> Traffic => _traffic;

    public async Task<StoredArtifact?> ReadAsync(string key, CancellationToken cancellation = default)
    {
        _calls.Enqueue(("read", key));
        var stored = await inner.ReadAsync(key, cancellation);
        _traffic.Enqueue(("read", key, stored?.Bytes.LongLength ?? 0));
        return stored;
    }

    public Task<string> WriteAsync(string key, ReadOnlyMemory<byte> bytes, WriteCondition condition, CancellationToken cancellation = default)
    {
        _calls.Enqueue(("write", key));
        _traffic.Enqueue(("write", key, bytes.Length));
        return inner.WriteAsync(key, bytes, condition, cancellation);
    }

    public Task DeleteAsync(string key, CancellationToken cancellation = default)
    {
        _calls.Enqueue(("delete", key));
        return inner.DeleteAsync(key, cancellation);
    }

    public Task<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellation = default)
    {
        _calls.Enqueue(("list", prefix));
        return inner.ListAsync(prefix, cancellation);
    }
}
