using System.Net;
using System.Net.Sockets;
using Azure.Storage.Blobs;
using Seal.Cluster.Settings;
using Seal.Cluster.Storage;
using Seal.EndToEnd.Support;

namespace Seal.Cluster.Tests.Support;

/// <summary>A Redis and an Azurite on free ports, with their data in a temporary folder.</summary>
public class Servers : IAsyncDisposable
{
    // Azurite's published development key; it protects nothing.
    private const string DevelopmentKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private readonly TemporaryFolder _folder = new();
    private Daemon? _redis;
    private Daemon? _azurite;

    public int RedisPort { get; } = Daemon.FreePort();

    public int BlobPort { get; } = Daemon.FreePort();

    public int RedisId => _redis!.Id;

    public int AzuriteId => _azurite!.Id;

    public string Redis => $"127.0.0.1:{RedisPort}";

    /// <summary>The account's connection string, by way of another port if a proxy stands before it.</summary>
    public string Connection(int? port = null) =>
        $"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={DevelopmentKey};BlobEndpoint=http://127.0.0.1:{port ?? BlobPort}/devstoreaccount1;";

    public Task Start() => Task.WhenAll(StartRedis(), StartAzurite());

    public async Task StartRedis()
    {
        Directory.CreateDirectory(_folder.At("redis"));
        _redis = new Daemon(
            Tools.Redis!,
            ["--port", $"{RedisPort}", "--bind", "127.0.0.1", "--dir", _folder.At("redis"), "--appendonly", "yes", "--save", ""],
            _folder.Path
        );
        await _redis.Listens(RedisPort);
    }

    /// <summary>Redis loses everything it has.</summary>
    public async Task FlushRedis()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, RedisPort);
        await client.GetStream().WriteAsync("FLUSHALL\r\n"u8.ToArray());
        var answer = new byte[5];
        await client.GetStream().ReadExactlyAsync(answer);
        if (!answer.AsSpan().SequenceEqual("+OK\r\n"u8))
        {
            throw new InvalidOperationException($"Redis said {System.Text.Encoding.ASCII.GetString(answer)}.");
        }
    }

    public async Task StartAzurite()
    {
        Directory.CreateDirectory(_folder.At("azurite"));
        _azurite = new Daemon(
            Tools.Azurite!,
            ["--blobPort", $"{BlobPort}", "--location", _folder.At("azurite"), "--silent", "--disableTelemetry"],
            _folder.Path
        );
        await _azurite.Listens(BlobPort);
    }

    public void KillRedis() => _redis?.Dispose();

    public void KillAzurite() => _azurite?.Dispose();

    /// <summary>Ends it in order, so that it keeps what it has acknowledged; killed, it forgets the last seconds, which no blob store may.</summary>
    public async Task StopAzurite()
    {
        _azurite!.Signal(Posix.Terminate);
        await _azurite.Exit();
    }

    /// <summary>A container of its own.</summary>
    public Task<BlobArtifactStore> Store(string container, int? port = null) =>
        BlobArtifactStore.Open(new BlobSettings { ConnectionString = Connection(port), Container = container });

    public BlobContainerClient Container(string container) => new(Connection(), container, BlobArtifactStore.Options());

    public ValueTask DisposeAsync()
    {
        KillRedis();
        KillAzurite();
        _folder.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
