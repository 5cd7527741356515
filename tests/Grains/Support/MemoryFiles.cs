using System.Security.Cryptography;
using System.Text;
using Seal.Core.Artifacts;

namespace Seal.Grains.Tests.Support;

/// <summary>
/// A disk that can lose power. What was written but not synced, and names of folders that were not synced, are gone then.
/// It can note what would be left after a cut at each of its changes.
/// </summary>
internal sealed class MemoryFiles : IFiles
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, byte[]> _contents = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal) { string.Empty };
    private readonly Dictionary<string, byte[]> _durable = new(StringComparer.Ordinal);
    private readonly HashSet<string> _durableFolders = new(StringComparer.Ordinal) { string.Empty };
    private readonly Dictionary<string, MemoryFiles> _cuts = new(StringComparer.Ordinal);

    /// <summary>Whether <see cref="Cuts"/> are noted.</summary>
    public bool NotesCuts { get; init; }

    /// <summary>Changing calls so far.</summary>
    public int Changes { get; private set; }

    /// <summary>
    /// The different disks that a power cut leaves, at whichever changing call it comes: what was made durable before it, under folders that were.
    /// Most calls make nothing durable, so there are fewer than changes.
    /// </summary>
    public IReadOnlyCollection<MemoryFiles> Cuts => _cuts.Values;

    public byte[]? Read(string path)
    {
        lock (_gate)
        {
            return _contents.GetValueOrDefault(path);
        }
    }

    public void WriteSynced(string path, ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            Change();
            if (!_folders.Contains(Parent(path)))
            {
                throw new DirectoryNotFoundException(path);
            }

            _contents[path] = bytes.ToArray();
        }
    }

    public void Move(string from, string to)
    {
        lock (_gate)
        {
            Change();
            _contents[to] = _contents[from];
            _contents.Remove(from);
        }
    }

    public void CreateFolder(string path)
    {
        lock (_gate)
        {
            Change();
            if (!_folders.Contains(Parent(path)))
            {
                throw new DirectoryNotFoundException(path);
            }

            _folders.Add(path);
        }
    }

    public void SyncFolder(string path)
    {
        lock (_gate)
        {
            Change();
            foreach (var folder in _folders.Where(folder => folder.Length > 0 && Parent(folder) == path))
            {
                _durableFolders.Add(folder);
            }

            foreach (var lost in _durable.Keys.Where(file => Parent(file) == path && !_contents.ContainsKey(file)).ToArray())
            {
                _durable.Remove(lost);
            }

            // Contents are synced when they are written; what a sync of the folder adds is the names.
            foreach (var file in _contents.Where(file => Parent(file.Key) == path))
            {
                _durable[file.Key] = file.Value;
            }
        }
    }

    public void Delete(string path)
    {
        lock (_gate)
        {
            Change();
            _contents.Remove(path);
        }
    }

    public IReadOnlyList<string> List(string folder)
    {
        lock (_gate)
        {
            return [.. _contents.Keys.Where(path => folder.Length == 0 || path.StartsWith(folder + "/", StringComparison.Ordinal))];
        }
    }

    /// <summary>Another disk with what is durable on this one.</summary>
    public MemoryFiles Copy()
    {
        lock (_gate)
        {
            return AfterPowerCut();
        }
    }

    /// <summary>What the disk has when the power is back: only what was made durable, under folders that were.</summary>
    private MemoryFiles AfterPowerCut()
    {
        var restored = new MemoryFiles();
        foreach (var folder in _durableFolders.Where(Reachable))
        {
            restored._folders.Add(folder);
            restored._durableFolders.Add(folder);
        }

        foreach (var (path, bytes) in _durable.Where(file => Reachable(Parent(file.Key))))
        {
            restored._contents[path] = bytes;
            restored._durable[path] = bytes;
        }

        return restored;
    }

    /// <summary>Names and contents of all files and names of all folders, in order.</summary>
    private string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var folder in _folders.Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{folder}/\n"));
        }

        foreach (var (path, bytes) in _contents.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{path} {bytes.Length}\n"));
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private bool Reachable(string folder) => folder.Length == 0 || (_durableFolders.Contains(folder) && Reachable(Parent(folder)));

    private static string Parent(string path) => path.LastIndexOf('/') is var slash && slash < 0 ? string.Empty : path[..slash];

    /// <summary>Called first by each change: a cut at it leaves what was durable before it.</summary>
    private void Change()
    {
        Changes++;
        if (NotesCuts)
        {
            var left = AfterPowerCut();
            _cuts.TryAdd(left.Fingerprint(), left);
        }
    }
}
