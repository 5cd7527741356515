using Seal.Core.Json;

namespace Seal.Core.Artifacts;

/// <summary>
/// Parsed documents of content-addressed blobs: the latest used ones, up to a number of bytes. What is big travels by its SHA-256, and each process
/// reads it once. For many threads; what it returns is shared, so nobody may change it.
/// </summary>
/// <param name="mostBytes">Bytes of the blobs that are kept, as they are stored. Parsed they take some times more.</param>
public sealed class DocumentCache(long mostBytes = DocumentCache.Most)
{
    private const long Most = 64 << 20;

    private readonly Lock _gate = new();
    private readonly Dictionary<(Type Type, string Sha256), LinkedListNode<Entry>> _entries = [];

    /// <summary>The latest used last.</summary>
    private readonly LinkedList<Entry> _latest = [];
    private long _bytes;

    /// <summary>The document with this hash; asks the store only where it is not kept.</summary>
    /// <exception cref="InvalidDataException">Missing or damaged; says which and what to do.</exception>
    public async ValueTask<T> Get<T>(IArtifactStore store, string sha256, CancellationToken cancellation = default)
        where T : class => Find<T>(sha256) ?? Parsed<T>(sha256, await Blobs.Get(store, sha256, cancellation));

    /// <summary>The same for callers on a thread of their own.</summary>
    public T Get<T>(string sha256, Func<string, byte[]> read)
        where T : class => Find<T>(sha256) ?? Parsed<T>(sha256, read(sha256));

    /// <summary>Puts a document into the store, unless this process knows that it is there.</summary>
    /// <returns>Its SHA-256.</returns>
    public async ValueTask<string> Put<T>(IArtifactStore store, T document, CancellationToken cancellation = default)
        where T : class
    {
        var bytes = SealJson.ToBytes(document);
        var sha256 = ArtifactKey.Sha256(bytes);
        if (Find<T>(sha256) is null)
        {
            await Blobs.Put(store, bytes, cancellation);
            Keep(typeof(T), sha256, document, bytes.Length);
        }

        return sha256;
    }

    private T? Find<T>(string sha256)
        where T : class
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue((typeof(T), sha256), out var node))
            {
                return null;
            }

            _latest.Remove(node);
            _latest.AddLast(node);
            return (T)node.Value.Document;
        }
    }

    private T Parsed<T>(string sha256, byte[] bytes)
        where T : class
    {
        try
        {
            var document = SealJson.Parse<T>(bytes);
            Keep(typeof(T), sha256, document, bytes.Length);
            return document;
        }
        catch (System.Text.Json.JsonException malformed)
        {
            throw DocumentProblem.ForeignBlob(sha256, malformed);
        }
    }

    private void Keep(Type type, string sha256, object document, long bytes)
    {
        var key = (type, sha256);
        lock (_gate)
        {
            if (bytes > mostBytes || _entries.ContainsKey(key))
            {
                return;
            }

            _entries.Add(key, _latest.AddLast(new Entry(key, document, bytes)));
            for (_bytes += bytes; _bytes > mostBytes; _latest.RemoveFirst())
            {
                var oldest = _latest.First!.Value;
                _entries.Remove(oldest.Key);
                _bytes -= oldest.Bytes;
            }
        }
    }

    private sealed record Entry((Type Type, string Sha256) Key, object Document, long Bytes);
}
