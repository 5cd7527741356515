using System.Text.Json;
using Seal.Core.Files;
using Seal.Core.Json;

namespace Seal.Silo.Hosting;

/// <summary>
/// Keeps a second host off a store. The lock is the operating system's on <c>store.lock</c>, so it goes with the process however that ends;
/// <c>host.json</c> beside it tells other terminals where to attach. Builds before 0.2.0 locked a file <c>host.lock</c>: a folder of that name
/// keeps them off the store, for they cannot open it.
/// </summary>
public sealed class StoreLock : IDisposable
{
    private const int Probes = 3;
    private static readonly TimeSpan ProbeLasts = TimeSpan.FromMilliseconds(20);

    private readonly FileStream _lock;
    private readonly string _descriptor;

    private StoreLock(FileStream held, string descriptor)
    {
        _lock = held;
        _descriptor = descriptor;
    }

    /// <summary>Takes the lock; null if another process has it (see <see cref="Holder"/>).</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static StoreLock? TryTake(string root)
    {
        Directory.CreateDirectory(root);
        var path = LockPath(root);
        UserFile.Check(path);
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var held = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                if (BarOlderBuilds(root))
                {
                    return new StoreLock(held, DescriptorPath(root));
                }

                held.Dispose();
                return null;
            }
            catch (IOException taken) when (taken is not (DirectoryNotFoundException or PathTooLongException) && File.Exists(path))
            {
                // Who only asks for the holder has the lock for a moment; a host keeps it.
                if (attempt == Probes)
                {
                    return null;
                }

                Thread.Sleep(ProbeLasts);
            }
        }
    }

    /// <summary>Whether a process has the store now. Reads only: it makes no file, and needs no right to write.</summary>
    /// <exception cref="UnauthorizedAccessException">The lock may not be read.</exception>
    public static bool IsHeld(string root)
    {
        UserFile.Check(LockPath(root));
        try
        {
            // Shared with others who look, refused while a host has the lock for itself.
            using var free = new FileStream(LockPath(root), FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (IOException taken) when (taken is not PathTooLongException)
        {
            return true;
        }
    }

    /// <summary>Who holds the store now; null if nobody does, the holder has not said so yet, or it is another user's and says so to that user
    /// alone.</summary>
    public static HostDescriptor? Holder(string root)
    {
        if (!IsHeld(root))
        {
            return null;
        }

        try
        {
            return SealJson.Parse<HostDescriptor>(UserFile.ReadAllBytes(DescriptorPath(root)));
        }
        catch (Exception unreadable) when (unreadable is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Tells others where this host listens. Readable by the owner alone: it holds the token.</summary>
    public void Publish(HostDescriptor descriptor)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var temporary = _descriptor + ".new";
        using (var file = new FileStream(temporary, options))
        {
            file.Write(SealJson.ToBytes(descriptor));
        }

        File.Move(temporary, _descriptor, overwrite: true);
    }

    public void Dispose()
    {
        File.Delete(_descriptor);
        _lock.Dispose();
    }

    /// <returns>False if a process of an older build has the store.</returns>
    private static bool BarOlderBuilds(string root)
    {
        var theirs = Path.Combine(root, "host.lock");
        if (File.Exists(theirs))
        {
            try
            {
                // They leave the file behind, also in folders that they only looked into.
                using var free = new FileStream(theirs, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                return false;
            }

            File.Delete(theirs);
        }

        Directory.CreateDirectory(theirs);
        return true;
    }

    private static string LockPath(string root) => Path.Combine(root, "store.lock");

    private static string DescriptorPath(string root) => Path.Combine(root, "host.json");
}

/// <summary>A host on this machine.</summary>
/// <param name="Process">Its process id.</param>
/// <param name="GatewayPort">Where clients connect, on loopback.</param>
/// <param name="ClusterId">Orleans' cluster id.</param>
/// <param name="Token">Calls without it are refused.</param>
/// <param name="Sweep">The sweep it was started for.</param>
/// <param name="Since">When it started, for people.</param>
/// <param name="Build">Its build.</param>
/// <param name="Contract">Its <see cref="Seal.Grains.Abstractions.GridContract.Id"/>.</param>
public sealed record HostDescriptor(
    int Process,
    int GatewayPort,
    string ClusterId,
    string Token,
    string Sweep,
    DateTimeOffset Since,
    string Build,
    string Contract
);
