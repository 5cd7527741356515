using System.Text.Json;
using Seal.Cluster.Tests.Support;
using Seal.EndToEnd.Support;

namespace Seal.Cluster.Tests.Connections;

/// <summary>A real silo with mutual TLS, which tests knock at. It has a Redis and a folder of its own: nothing here waits for other tests.</summary>
#pragma warning disable CA1001 // The test runner disposes it, through IAsyncLifetime.
public sealed class TlsWorld : IAsyncLifetime
#pragma warning restore CA1001
{
    private readonly int _redisPort = Daemon.FreePort();
    private Daemon? _redis;
    private SiloProcess? _silo;

    internal TemporaryFolder Folder { get; } = new();

    internal SiloProcess Silo => _silo!;

    public async Task InitializeAsync()
    {
        if (Tools.Redis is not { } redis)
        {
            return;
        }

        _redis = new Daemon(redis, ["--port", $"{_redisPort}", "--bind", "127.0.0.1", "--dir", Folder.Path, "--save", ""], Folder.Path);
        var authorities = await Task.WhenAll(new[] { "ours", "theirs" }.Select(world => SealProcess.Run(["certs", "init", Folder.At(world)])));
        Assert.All(authorities, made => Assert.Equal(0, made.Code));
        await _redis.Listens(_redisPort);
        _silo = new SiloProcess(
            Folder.Path,
            Config("silo.json", "ours", "silo"),
            ["Work.Engines=fake", "Work.Slots=1"],
            new Dictionary<string, string>()
        );
        await _silo.Ready();
    }

    public Task DisposeAsync()
    {
        _silo?.Dispose();
        _redis?.Dispose();
        Folder.Dispose();
        return Task.CompletedTask;
    }

    internal string Config(string file, string? world, string role) =>
        Folder.Write(
            file,
            JsonSerializer.Serialize(
                new
                {
                    Cluster = new { Id = "tls", Redis = $"127.0.0.1:{_redisPort}" },
                    Store = new { Folder = Folder.At("store") },
                    Security = world is null
                        ? null
                        : new
                        {
                            Authority = Folder.At($"{world}/authority.pem"),
                            Certificate = Folder.At($"{world}/{role}.pem"),
                            Key = Folder.At($"{world}/{role}.key.pem"),
                        },
                },
                Json
            )
        );

    private static readonly JsonSerializerOptions Json = new()
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };
}
