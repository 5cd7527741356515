using System.Diagnostics;
using System.Net.Sockets;

namespace Seal.Core.Tests.Support;

/// <summary>Makes what has a name like a file and is none.</summary>
internal static class SpecialFiles
{
    /// <summary>Longer than any refusal takes; a read that waits for a writer never ends.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <returns>The path.</returns>
    public static string Pipe(string path)
    {
        using var made = Process.Start("mkfifo", [path]);
        made.WaitForExit();
        Assert.Equal(0, made.ExitCode);
        return path;
    }

    /// <returns>The socket; its file goes with it.</returns>
    public static Socket Socket(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        return socket;
    }
}
