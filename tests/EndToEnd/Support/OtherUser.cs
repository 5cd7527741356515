using System.Diagnostics;
using System.Runtime.Versioning;

namespace Seal.EndToEnd.Support;

/// <summary>
/// Runs the console as a user who may read a store and not write it: as nobody where the tests run as root, else as the same user, who has taken
/// the right to write from himself. Neither needs anything installed beyond util-linux, so these tests never skip.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class OtherUser : IDisposable
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Enterable = Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const string Nobody = "65534";

    private readonly string _folder;

    /// <param name="folder">What that user is to see. Readable for everybody, writable for nobody but root, until this is disposed.</param>
    public OtherUser(string folder)
    {
        _folder = folder;
        Modes(Enterable, Readable);
    }

    public static async Task<SealExit> Seal(params string[] words)
    {
        string[] dotnet = [Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", Repository.Console, .. words];
        string[] line = Environment.IsPrivilegedProcess ? ["setpriv", $"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", .. dotnet] : dotnet;
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(line[0], line[1..])
            {
                WorkingDirectory = Repository.Root,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        var watch = Stopwatch.StartNew();
        process.Start();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new SealExit(process.ExitCode, await output, await error, watch.Elapsed);
    }

    public void Dispose() => Modes(Enterable | UnixFileMode.UserWrite, Readable | UnixFileMode.UserWrite);

    private void Modes(UnixFileMode folders, UnixFileMode files)
    {
        foreach (var folder in Directory.EnumerateDirectories(_folder, "*", SearchOption.AllDirectories).Prepend(_folder).ToArray())
        {
            File.SetUnixFileMode(folder, folders);
        }

        foreach (var file in Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories))
        {
            File.SetUnixFileMode(file, files);
        }
    }
}
