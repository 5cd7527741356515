namespace Seal.Core.Artifacts;

/// <summary>
/// The store as a folder: one file per key, replaced whole. A write goes to a temporary file, is synced, renamed over the old one, and the folder
/// is synced, so a crash leaves the old content or the new, never a mixture. Compare-and-set holds within one process; the host's lock file
/// keeps a second process out.
/// </summary>
public sealed class DirectoryArtifactStore(IFiles files) : IArtifactStore
{
    private const string TemporaryPrefix = ".tmp-";

    private readonly Lock[] _stripes = [.. Enumerable.Range(0, 64).Select(_ => new Lock())];
    private readonly Lock _folders = new();
    private readonly HashSet<string> _durableFolders = new(StringComparer.Ordinal);
    private long _temporary;

    public DirectoryArtifactStore(string root)
        : this(new DiskFiles(root)) { }

    public Task<StoredArtifact?> ReadAsync(string key, CancellationToken cancellation = default)
    {
        ArtifactKey.Check(key);
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(Read(key));
    }

    public Task<string> WriteAsync(string key, ReadOnlyMemory<byte> bytes, WriteCondition condition, CancellationToken cancellation = default)
    {
        ArtifactKey.Check(key);
        cancellation.ThrowIfCancellationRequested();
        lock (Stripe(key))
        {
            if (condition.MustBeAbsent || condition.Tag is not null)
            {
                Check(key, condition);
            }

            var folder = FolderOf(key);
            EnsureFolder(folder);
            var temporary = $"{folder}{(folder.Length > 0 ? "/" : string.Empty)}{TemporaryPrefix}{Interlocked.Increment(ref _temporary)}";
            try
            {
                files.WriteSynced(temporary, bytes.Span);
                files.Move(temporary, key);
            }
            catch (IOException)
            {
                TryDelete(temporary);
                throw;
            }

            files.SyncFolder(folder);
        }

        return Task.FromResult(ArtifactKey.Sha256(bytes.Span));
    }

    public Task DeleteAsync(string key, CancellationToken cancellation = default)
    {
        ArtifactKey.Check(key);
        lock (Stripe(key))
        {
            files.Delete(key);
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellation = default)
    {
        var slash = prefix.LastIndexOf('/');
        var keys = files
            .List(slash < 0 ? string.Empty : prefix[..slash])
            .Where(path => path.StartsWith(prefix, StringComparison.Ordinal) && !path.Contains(TemporaryPrefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
        return Task.FromResult<IReadOnlyList<string>>([.. keys]);
    }

    private StoredArtifact? Read(string key) => files.Read(key) is { } bytes ? new StoredArtifact(bytes, ArtifactKey.Sha256(bytes)) : null;

    private void Check(string key, WriteCondition condition)
    {
        var present = Read(key);
        if (condition.MustBeAbsent && present is not null)
        {
            throw new ArtifactConflictException($"{key}: is there already.");
        }

        if (condition.Tag is { } tag && present?.Tag != tag)
        {
            throw new ArtifactConflictException($"{key}: has changed since it was read.");
        }
    }

    /// <summary>
    /// Creates the folders on the way and makes each name durable in its parent, once per process: a folder that is there may
    /// come from a process that died before it synced.
    /// </summary>
    private void EnsureFolder(string folder)
    {
        if (folder.Length == 0)
        {
            return;
        }

        lock (_folders)
        {
            for (var end = folder.IndexOf('/'); ; end = folder.IndexOf('/', end + 1))
            {
                var path = end < 0 ? folder : folder[..end];
                if (!_durableFolders.Contains(path))
                {
                    files.CreateFolder(path);
                    files.SyncFolder(FolderOf(path));
                    _durableFolders.Add(path);
                }

                if (end < 0)
                {
                    return;
                }
            }
        }
    }

    private void TryDelete(string path)
    {
        try
        {
            files.Delete(path);
        }
        catch (IOException)
        {
            // A left-over temporary file is harmless: no key names it.
        }
    }

    private static string FolderOf(string path) => path.LastIndexOf('/') is var slash && slash < 0 ? string.Empty : path[..slash];

    private Lock Stripe(string key) => _stripes[(uint)string.GetHashCode(key, StringComparison.Ordinal) % (uint)_stripes.Length];
}
