using System.Runtime.InteropServices;
using Seal.Core.Files;

namespace Seal.Core.Artifacts;

/// <summary>
/// The few file operations that durability rests on, apart from the disk so that tests can lose what was not synced. Paths are
/// relative to the store's folder, '/'-separated.
/// </summary>
public interface IFiles
{
    /// <summary>The file's bytes, or null.</summary>
    byte[]? Read(string path);

    /// <summary>Creates or overwrites a file and syncs its content (not its name).</summary>
    void WriteSynced(string path, ReadOnlySpan<byte> bytes);

    /// <summary>Renames, replacing the target.</summary>
    void Move(string from, string to);

    /// <summary>Creates a folder in one that is there; nothing happens if it is there already.</summary>
    void CreateFolder(string path);

    /// <summary>Makes the names in a folder durable.</summary>
    void SyncFolder(string path);

    void Delete(string path);

    /// <summary>Paths of all files below a folder; empty if there is none.</summary>
    IReadOnlyList<string> List(string folder);
}

/// <summary>The real disk. The root folder is made by the first write: reading makes nothing.</summary>
public sealed partial class DiskFiles : IFiles
{
    private readonly string _root;

    public DiskFiles(string root) => _root = Path.GetFullPath(root);

    /// <exception cref="InvalidDataException">Something else than a file lies there; opening a pipe would wait for ever.</exception>
    public byte[]? Read(string path)
    {
        if (FileKinds.Of(At(path)) is { } kind and not FileKind.Regular)
        {
            throw DocumentProblem.Of(path, $"is {FileKinds.Named(kind)} where a file of the store belongs; take it away.");
        }

        try
        {
            return File.ReadAllBytes(At(path));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public void WriteSynced(string path, ReadOnlySpan<byte> bytes)
    {
        if (!path.Contains('/', StringComparison.Ordinal))
        {
            Directory.CreateDirectory(_root);
        }

        using var file = new FileStream(At(path), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1);
        file.Write(bytes);
        file.Flush(flushToDisk: true);
    }

    public void Move(string from, string to) => File.Move(At(from), At(to), overwrite: true);

    public void CreateFolder(string path) => Directory.CreateDirectory(At(path));

    public void SyncFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return; // NTFS journals names; there is no call for it.
        }

        // .NET opens no folders, so this asks libc.
        var descriptor = Native.Open(At(path), 0);
        if (descriptor < 0)
        {
            throw new IOException($"Cannot open {At(path)} to sync it (errno {Marshal.GetLastPInvokeError()}).");
        }

        try
        {
            if (Native.FSync(descriptor) != 0)
            {
                throw new IOException($"Cannot sync {At(path)} (errno {Marshal.GetLastPInvokeError()}).");
            }
        }
        finally
        {
            _ = Native.Close(descriptor);
        }
    }

    public void Delete(string path)
    {
        try
        {
            File.Delete(At(path));
        }
        catch (DirectoryNotFoundException)
        {
            // Nothing there is what was asked for.
        }
    }

    public IReadOnlyList<string> List(string folder)
    {
        var at = At(folder);
        return Directory.Exists(at)
            ? [.. Directory.EnumerateFiles(at, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(_root, path).Replace('\\', '/'))]
            : [];
    }

    private string At(string path) => path.Length == 0 ? _root : Path.Combine(_root, path.Replace('/', Path.DirectorySeparatorChar));

    private static partial class Native
    {
        [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        public static partial int Open(string path, int flags);

        [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
        public static partial int FSync(int descriptor);

        [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
        public static partial int Close(int descriptor);
    }
}
