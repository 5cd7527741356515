using System.ComponentModel;
using System.Diagnostics;

namespace Seal.EndToEnd.Support;

/// <summary>A disk in memory that is soon full. Only root on Linux may mount one.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    /// <summary>Null where this is not allowed.</summary>
    public static SmallDisk? TryMount(string path, int kilobytes)
    {
        Directory.CreateDirectory(path);
        return OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", $"size={kilobytes}k", "tmpfs", path) ? new SmallDisk(path) : null;
    }

    public void Resize(int kilobytes)
    {
        if (!Run("mount", "-o", $"remount,size={kilobytes}k", Path))
        {
            throw new InvalidOperationException($"{Path} cannot be made larger.");
        }
    }

    public void Dispose()
    {
        if (!Run("umount", "--lazy", Path))
        {
            throw new InvalidOperationException($"{Path} is still mounted.");
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true }
            )!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false; // There is no such program.
        }
    }
}
