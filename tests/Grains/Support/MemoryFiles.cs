using Seal.Core.Artifacts;

namespace Seal.Grains.Tests.Support;

/// <summary>
/// A disk that can lose power. What was written but not synced, and names of folders that were not synced, are gone after
/// <see cref="AfterPowerCut"/>. From the n-th changing call on, every call fails, as on a machine that is no longer there.
/// </summary>
internal sealed class MemoryFiles : IFiles
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, byte[]> _contents = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal) { string.Empty };
    private readonly Dictionary<string, byte[]> _durable = new(StringComparer.Ordinal);
    private readonly HashSet<string> _durableFolders = new(StringComparer.Ordinal) { string.Empty };
    private readonly TaskCompletionSource _crashed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Changing calls so far.</summary>
    public int Changes { get; private set; }

    /// <summary>The changing call at which the power goes; it and all after it fail.</summary>
    public int CrashAt { get; init; } = int.MaxValue;

    /// <summary>Ends when the power has gone.</summary>
    public Task Crashed => _crashed.Task;

    public byte[]? Read(string path)
    {
        lock (_gate)
        {
            Powered();
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
            Powered();
            return [.. _contents.Keys.Where(path => folder.Length == 0 || path.StartsWith(folder + "/", StringComparison.Ordinal))];
        }
    }

    /// <summary>What the disk has when the power is back: only what was made durable, under folders that were.</summary>
    public MemoryFiles AfterPowerCut(int crashAt = int.MaxValue)
    {
        lock (_gate)
        {
            var restored = new MemoryFiles { CrashAt = crashAt };
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
    }

    private bool Reachable(string folder) => folder.Length == 0 || (_durableFolders.Contains(folder) && Reachable(Parent(folder)));

    private static string Parent(string path) => path.LastIndexOf('/') is var slash && slash < 0 ? string.Empty : path[..slash];

    private void Change()
    {
        if (++Changes >= CrashAt)
        {
            _crashed.TrySetResult();
        }

        Powered();
    }

    private void Powered()
    {
        if (Changes >= CrashAt)
        {
            throw new IOException("The power is gone.");
        }
    }
}
