using System.Net;
using System.Net.Sockets;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Time.Testing;
using Seal.Cluster.Storage;
using Seal.Cluster.Tests.Support;

namespace Seal.Cluster.Tests.Storage;

/// <summary>What becomes of a call to a store that is not there: tried again for a while, then told as what it is.</summary>
public sealed class StorePatienceTests
{
    [Fact]
    public async Task Read_StoreThatTurnsEverybodyAway_TriesAgainUntilThePatienceIsOver()
    {
        await using var servers = new Servers();
        await using var proxy = await FaultProxy.Start(servers.BlobPort, seed: 1);
        proxy.Closed = true;
        var time = new FakeTimeProvider();
        var store = Store(servers.Connection(proxy.Port), BlobArtifactStore.Options(TimeSpan.FromSeconds(1), time));

        var reading = store.ReadAsync("a/b");
        await proxy.UntilTurnedAway(2);
        time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<IOException>(() => reading);

        Assert.True(proxy.TurnedAway > 1, $"{proxy}");
    }

    [Fact]
    public async Task Read_StoreThatHangs_IsAStoreThatDoesNotAnswerAndNoCancellation()
    {
        await using var servers = new Servers();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var options = BlobArtifactStore.Options(TimeSpan.Zero);
        options.Retry.NetworkTimeout = TimeSpan.FromMilliseconds(200);
        var store = Store(servers.Connection(((IPEndPoint)listener.LocalEndpoint).Port), options);

        await Assert.ThrowsAsync<IOException>(() => store.ReadAsync("a/b"));
    }

    [Fact]
    public async Task Read_CallerWhoGivesUp_IsACancellation()
    {
        await using var servers = new Servers();
        await using var proxy = await FaultProxy.Start(servers.BlobPort, seed: 1);
        proxy.Closed = true;
        var store = Store(servers.Connection(proxy.Port), BlobArtifactStore.Options());
        using var impatience = new CancellationTokenSource();

        var reading = store.ReadAsync("a/b", impatience.Token);
        await proxy.UntilTurnedAway(1);
        await impatience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task Read_CallerWhoGivesUpDuringALaterTry_IsACancellationToo()
    {
        await using var servers = new Servers();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var store = Store(servers.Connection(((IPEndPoint)listener.LocalEndpoint).Port), BlobArtifactStore.Options());
        using var impatience = new CancellationTokenSource();

        var reading = store.ReadAsync("a/b", impatience.Token);
        using (var first = await listener.AcceptSocketAsync())
        {
            // Closed with a reset: a try that has failed.
            first.LingerState = new LingerOption(true, 0);
        }

        using var second = await listener.AcceptSocketAsync();
        await impatience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    private static BlobArtifactStore Store(string connection, BlobClientOptions options) =>
        new(new BlobContainerClient(connection, "patience", options));
}
