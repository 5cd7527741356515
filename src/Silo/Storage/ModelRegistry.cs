using System.Collections.Concurrent;
using System.Globalization;
using Seal.Core.Artifacts;
using Seal.Core.Engines;
using Seal.Core.Json;

namespace Seal.Silo.Storage;

/// <summary>
/// Where base models are, by content hash (<c>models/&lt;hash&gt;.json</c>): a folder of this machine, or files in the store that are fetched into a
/// folder of this machine once; and adapters from the store. A folder is hashed once per process before it is used: a model that was edited
/// in place is refused.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="cache">Folder for fetched models; null: only folders of this machine are known.</param>
public sealed class ModelRegistry(IArtifactStore store, string? cache = null) : IModelFiles
{
    private const int Chunk = 32 << 20;

    /// <summary>Bytes of adapters that are kept in memory.</summary>
    private const long MostKept = 64 << 20;

    private readonly ConcurrentDictionary<string, Lazy<string>> _folders = new(StringComparer.Ordinal);

    /// <summary>The latest used last.</summary>
    private readonly List<KeptAdapter> _adapters = [];

    /// <summary>Remembers a folder under its content hash.</summary>
    public static Task Register(IArtifactStore store, string sha256, string folder, CancellationToken cancellation) =>
        Remember(store, sha256, new BaseModel(Path.GetFullPath(folder)), cancellation);

    /// <summary>Copies a model into the store, in chunks of 32 MiB; what is there already is not written again.</summary>
    public static async Task Upload(IArtifactStore store, string sha256, string folder, CancellationToken cancellation)
    {
        var parts = new List<ModelPart>();
        var buffer = new byte[Chunk];
        foreach (var path in ModelFolder.Files(folder))
        {
            using var file = ModelFile.Open(path);
            var chunks = new List<string>();
            for (int read; (read = await file.ReadAtLeastAsync(buffer, Chunk, throwOnEndOfStream: false, cancellation)) > 0; )
            {
                chunks.Add(await Blobs.Ensure(store, buffer[..read], cancellation));
            }

            parts.Add(new ModelPart(Path.GetFileName(path), chunks));
        }

        await Remember(store, sha256, new BaseModel(null, parts), cancellation);
    }

    /// <summary>
    /// The folder of this machine that a model was registered with; its weights are not hashed, so it is for looking at the vocabulary alone. Null
    /// where it is not there, or the model lies in the store as files.
    /// </summary>
    /// <exception cref="ModelFormatException">The store's entry cannot be read.</exception>
    public static async Task<string?> FolderHere(IArtifactStore store, string sha256, CancellationToken cancellation) =>
        await store.ReadAsync(Key(sha256), cancellation) is { } stored && Entry(sha256, stored.Bytes).Folder is { } folder && Directory.Exists(folder)
            ? folder
            : null;

    public string BaseFolder(string sha256)
    {
        var found = _folders.GetOrAdd(sha256, hash => new Lazy<string>(() => Find(hash)));
        try
        {
            return found.Value;
        }
        catch
        {
            // What is remembered is folders, not that the store hiccuped once: the next job asks again.
            _folders.TryRemove(KeyValuePair.Create(sha256, found));
            throw;
        }
    }

    /// <remarks>
    /// The latest ones are kept while they are small: slots that work on several runs in turn build their policies again and again. Nobody may
    /// write into them.
    /// </remarks>
    public byte[] Adapter(string sha256)
    {
        lock (_adapters)
        {
            if (_adapters.Find(kept => kept.Sha256 == sha256) is { } kept)
            {
                _adapters.Remove(kept);
                _adapters.Add(kept);
                return kept.Bytes;
            }
        }

        var bytes = Blobs.Get(store, sha256).GetAwaiter().GetResult();
        lock (_adapters)
        {
            _adapters.RemoveAll(kept => kept.Sha256 == sha256);
            _adapters.Add(new KeptAdapter(sha256, bytes));
            while (_adapters.Sum(kept => kept.Bytes.LongLength) > MostKept)
            {
                _adapters.RemoveAt(0);
            }
        }

        return bytes;
    }

    private string Find(string sha256)
    {
        var stored =
            store.ReadAsync(Key(sha256)).GetAwaiter().GetResult()
            ?? throw new ModelFormatException($"No folder is known for the base model {sha256}; run the sweep again with its model.path.");
        var entry = Entry(sha256, stored.Bytes);
        return entry.Files is { } parts
            ? Fetched(sha256, parts)
            : Unchanged(
                sha256,
                entry.Folder
                    ?? throw new ModelFormatException($"{Key(sha256)} names neither a folder nor files; run the sweep again with its model.path.")
            );
    }

    private static BaseModel Entry(string sha256, byte[] bytes)
    {
        try
        {
            return StoredDocument.Parse<BaseModel>(Key(sha256), bytes);
        }
        catch (InvalidDataException unreadable)
        {
            throw new ModelFormatException($"{unreadable.Message} Or run the sweep again with its model.path.", unreadable);
        }
    }

    private static string Unchanged(string sha256, string folder)
    {
        var found = ModelFolder.ContentHash(folder);
        return found == sha256
            ? folder
            : throw new ModelFormatException(
                $"{folder} has changed: its content hash is {found}, the sweep started with {sha256}. Put the old files back, or start a new sweep."
            );
    }

    /// <summary>The folder with the files. A copy of before that is damaged (a power cut while it was written, a disk) is fetched again.</summary>
    private string Fetched(string sha256, IReadOnlyList<ModelPart> parts)
    {
        var folder = Path.Combine(
            cache ?? throw new ModelFormatException($"The base model {sha256} is in the store, and this host keeps no copies of models."),
            sha256
        );
        if (Directory.Exists(folder) && !IsWhole(folder, sha256))
        {
            var damaged = $"{folder}.{Environment.ProcessId}.damaged";
            Directory.Move(folder, damaged);
            Directory.Delete(damaged, recursive: true);
        }

        return Directory.Exists(folder) ? folder : Fetch(sha256, folder, parts);
    }

    private static bool IsWhole(string folder, string sha256)
    {
        try
        {
            return ModelFolder.ContentHash(folder) == sha256;
        }
        catch (Exception incomplete) when (incomplete is ModelFormatException or FileNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Fetches into a folder beside it, looks whether all is there and renames it, so that what has this name is complete.</summary>
    private string Fetch(string sha256, string folder, IReadOnlyList<ModelPart> parts)
    {
        var coming = Directory.CreateDirectory($"{folder}.{Environment.ProcessId}.coming").FullName;
        try
        {
            foreach (var part in parts)
            {
                using var file = File.Create(Path.Combine(coming, Path.GetFileName(part.Name)));
                foreach (var chunk in part.Chunks)
                {
                    file.Write(Blobs.Get(store, chunk).GetAwaiter().GetResult());
                }
            }

            if (ModelFolder.ContentHash(coming) is var found && found != sha256)
            {
                throw new ModelFormatException($"{Key(sha256)} names files whose content hash is {found}; run the sweep again with its model.path.");
            }

            Directory.Move(coming, folder);
        }
        catch (IOException) when (IsWhole(folder, sha256))
        {
            // Another silo of this machine was first.
        }
        finally
        {
            if (Directory.Exists(coming))
            {
                Directory.Delete(coming, recursive: true);
            }
        }

        return folder;
    }

    /// <summary>Hashes of the blobs that a document under <c>models/</c> names; none for a folder of a machine, null where it names
    /// neither.</summary>
    /// <exception cref="InvalidDataException">Damaged, or of another build's format.</exception>
    internal static IReadOnlyList<string>? Chunks(string key, byte[] document)
    {
        var entry = StoredDocument.Parse<BaseModel>(key, document);
        return entry.Files is not { } files
            ? entry.Folder is null
                ? null
                : []
            : files.All(file => file?.Chunks is { } chunks && chunks.All(chunk => chunk is { Length: 64 }))
                ? [.. files.SelectMany(file => file.Chunks)]
                : null;
    }

    // The key names the format: the document is written anew by every run, and must not take the place of one that another build reads.
    private static string Key(string sha256) => string.Create(CultureInfo.InvariantCulture, $"models/{sha256}.{StoredDocument.Version}.json");

    private static Task<string> Remember(IArtifactStore store, string sha256, BaseModel entry, CancellationToken cancellation) =>
        store.WriteAsync(Key(sha256), StoredDocument.Format(entry), WriteCondition.Always, cancellation);

    [StoredDocument("model")]
    internal sealed record BaseModel(string? Folder, IReadOnlyList<ModelPart>? Files = null);

    private sealed record KeptAdapter(string Sha256, byte[] Bytes);

    internal sealed record ModelPart(string Name, IReadOnlyList<string> Chunks);
}
