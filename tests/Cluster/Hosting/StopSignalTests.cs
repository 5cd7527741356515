using System.Net;
using System.Net.Sockets;
using Seal.Cluster.Tests.Support;
using Seal.EndToEnd.Support;

namespace Seal.Cluster.Tests.Hosting;

/// <summary>A silo that is asked to stop before it has joined ends as one that has drained: with 0.</summary>
public sealed class StopSignalTests
{
    [Fact]
    public async Task Sigterm_WhileTheStoreDoesNotAnswer_EndsWith0()
    {
        using var folder = new TemporaryFolder();
        await using var servers = new Servers();
        await using var proxy = await FaultProxy.Start(servers.BlobPort, seed: 1);
        proxy.Closed = true;
        using var silo = new SiloProcess(
            folder.Path,
            [$"--set=Store.Blob.ConnectionString={servers.Connection(proxy.Port)}", $"--set=Cluster.Redis={servers.Redis}"],
            new Dictionary<string, string>()
        );

        await proxy.UntilTurnedAway(1);
        silo.Process.Signal(Posix.Terminate);

        Assert.True(await silo.Process.Exit() == 0, silo.Process.Log);
    }

    [Fact]
    public async Task Sigterm_WhileRedisDoesNotAnswer_EndsWith0()
    {
        using var folder = new TemporaryFolder();
        using var redis = new TcpListener(IPAddress.Loopback, 0);
        redis.Start();
        using var silo = new SiloProcess(
            folder.Path,
            [$"--set=Store.Folder={folder.At("store")}", $"--set=Cluster.Redis=127.0.0.1:{((IPEndPoint)redis.LocalEndpoint).Port}"],
            new Dictionary<string, string>()
        );

        using var knocked = await redis.AcceptSocketAsync();
        silo.Process.Signal(Posix.Terminate);

        Assert.True(await silo.Process.Exit() == 0, silo.Process.Log);
    }
}
