using System.Collections.Concurrent;
using System.Text.Json;
using Seal.Core.Artifacts;
using Seal.Core.Engines;
using Seal.Core.Json;

namespace Seal.Silo.Storage;

/// <summary>
/// Where base models are on this machine, by content hash (<c>models/&lt;hash&gt;.json</c>), and adapters from the store. A folder is hashed
/// once per process before it is used: a model that was edited in place is refused.
/// </summary>
public sealed class ModelRegistry(IArtifactStore store) : IModelFiles
{
    private readonly ConcurrentDictionary<string, Lazy<string>> _folders = new(StringComparer.Ordinal);

    /// <summary>Remembers a folder under its content hash.</summary>
    public static Task Register(IArtifactStore store, string sha256, string folder, CancellationToken cancellation) =>
        store.WriteAsync($"models/{sha256}.json", SealJson.ToBytes(new Entry(Path.GetFullPath(folder))), WriteCondition.Always, cancellation);

    public string BaseFolder(string sha256) => _folders.GetOrAdd(sha256, hash => new Lazy<string>(() => Find(hash))).Value;

    public byte[] Adapter(string sha256) => Blobs.Get(store, sha256).GetAwaiter().GetResult();

    private string Find(string sha256)
    {
        var stored = store.ReadAsync($"models/{sha256}.json").GetAwaiter().GetResult()
            ?? throw new ModelFormatException($"No folder is known for the base model {sha256}; run the sweep again with its model.path.");
        string folder;
        try
        {
            folder = SealJson.Parse<Entry>(stored.Bytes).Folder;
        }
        catch (JsonException malformed)
        {
            throw new ModelFormatException($"models/{sha256}.json is damaged; run the sweep again with its model.path.", malformed);
        }

        var found = ModelFolder.ContentHash(folder);
        return found == sha256
            ? folder
            : throw new ModelFormatException($"{folder} has changed: its content hash is {found}, the sweep started with {sha256}. Put the old files back, or start a new sweep.");
    }

    private sealed record Entry(string Folder);
}
