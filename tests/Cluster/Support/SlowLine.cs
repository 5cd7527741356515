using System.Net;
using System.Net.Sockets;

namespace Seal.Cluster.Tests.Support;

/// <summary>A line to a server on this machine that carries only so many bytes a second, all its connections together.</summary>
internal sealed class SlowLine : IAsyncDisposable
{
    private const int Piece = 4096;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _line = new(1, 1);
    private readonly TimeSpan _perPiece;
    private readonly int _to;
    private readonly Task _accepting;

    /// <param name="to">The server's port.</param>
    /// <param name="bytesPerSecond">How fast.</param>
    public SlowLine(int to, int bytesPerSecond)
    {
        (_to, _perPiece) = (to, TimeSpan.FromSeconds((double)Piece / bytesPerSecond));
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = Accept();
    }

    public int Port { get; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
        _line.Dispose();
    }

    private async Task Accept()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(Carry(await _listener.AcceptSocketAsync(_stop.Token)));
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task Carry(Socket caller)
    {
        using (caller)
        using (var server = new Socket(SocketType.Stream, ProtocolType.Tcp))
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _to, _stop.Token);
                await Task.WhenAll(Copy(caller, server), Copy(server, caller));
            }
            catch (Exception ended) when (ended is OperationCanceledException or SocketException)
            {
                // One of the two hung up.
            }
        }
    }

    private async Task Copy(Socket from, Socket to)
    {
        var buffer = new byte[Piece];
        for (int read; (read = await from.ReceiveAsync(buffer, _stop.Token)) > 0; )
        {
            await _line.WaitAsync(_stop.Token);
            try
            {
                await Task.Delay(_perPiece * ((double)read / Piece), _stop.Token);
            }
            finally
            {
                _line.Release();
            }

            for (var sent = 0; sent < read; )
            {
                sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), _stop.Token);
            }
        }

        to.Shutdown(SocketShutdown.Send);
    }
}
