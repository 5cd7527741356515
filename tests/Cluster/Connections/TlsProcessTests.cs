using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Seal.Cluster.Tests.Support;
using Seal.EndToEnd.Support;

namespace Seal.Cluster.Tests.Connections;

/// <summary>A real silo with mutual TLS, and who knocks at it. It has a Redis and a folder of its own: nothing here waits for other tests.</summary>
#pragma warning disable CA1001 // The test runner disposes it, through IAsyncLifetime.
public sealed class TlsProcessTests : IAsyncLifetime
#pragma warning restore CA1001
{
    private readonly TemporaryFolder _folder = new();
    private readonly int _redisPort = Daemon.FreePort();
    private Daemon? _redis;
    private SiloProcess? _silo;

    public async Task InitializeAsync()
    {
        if (Tools.Redis is not { } redis)
        {
            return;
        }

        _redis = new Daemon(redis, ["--port", $"{_redisPort}", "--bind", "127.0.0.1", "--dir", _folder.Path, "--save", ""], _folder.Path);
        await _redis.Listens(_redisPort);
        foreach (var world in new[] { "ours", "theirs" })
        {
            Assert.Equal(0, (await SealProcess.Run(["certs", "init", _folder.At(world)])).Code);
        }

        _silo = new SiloProcess(_folder.Path, Config("silo.json", "ours", "silo"), ["Work.Engines=fake", "Work.Slots=1"], new Dictionary<string, string>());
        await _silo.Ready();
    }

    public Task DisposeAsync()
    {
        _silo?.Dispose();
        _redis?.Dispose();
        _folder.Dispose();
        return Task.CompletedTask;
    }

    [SkippableFact]
    public async Task Knock_WithTheWrongPapers_IsRefusedWithALoggedReason_AndWithTheRightOnesNot()
    {
        Skip.If(Tools.Redis is null, Tools.Missing);
        // The two that must not come in wait until their patience is over; meanwhile the one that may does.
        var plain = List(Config("plain.json", null, "client"));
        var stranger = List(Config("stranger.json", "theirs", "client"));
        var friend = await List(Config("friend.json", "ours", "client"));

        Assert.True(friend.Code == 0, $"{friend}");
        Assert.Equal(5, (await plain).Code);
        Assert.Equal(5, (await stranger).Code);
        Assert.Contains("no TLS handshake", _silo!.Process.Log, StringComparison.Ordinal);
        await _silo.Process.Until(() => Task.FromResult(_silo.Process.Log.Split('\n').Count(line => line.Contains("Refused a connection", StringComparison.Ordinal)) >= 2));
    }

    [SkippableFact]
    public async Task Client_KnockingAtTheSilosOwnPort_IsRefusedWithALoggedReason()
    {
        Skip.If(Tools.Redis is null, Tools.Missing);
        using var own = X509Certificate2.CreateFromPemFile(_folder.At("ours/client.pem"), _folder.At("ours/client.key.pem"));
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, _silo!.SiloPort);
        await using var tls = new SslStream(socket.GetStream());
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "seal-silo",
                ClientCertificates = [own],
                EnabledSslProtocols = SslProtocols.Tls13,
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
            });
            // With TLS 1.3 the refusal comes with the first bytes.
            await tls.ReadExactlyAsync(new byte[1]);
        });
        await _silo.Process.Until(() => Task.FromResult(_silo.Process.Log.Contains("is not that of a silo", StringComparison.Ordinal)));
    }

    [SkippableFact]
    public async Task Silo_WithAClientsCertificate_DoesNotStartAndSaysWhy()
    {
        Skip.If(Tools.Redis is null, Tools.Missing);
        using var silo = new SiloProcess(_folder.Path, Config("impostor.json", "ours", "client"), [], new Dictionary<string, string>());
        Assert.NotEqual(0, await silo.Process.Exit());
        Assert.Contains("is not that of a silo", silo.Process.Log, StringComparison.Ordinal);
    }

    private static Task<SealExit> List(string config) => SealProcess.Run(["sweep", "list", "--cluster", config]);

    private string Config(string file, string? world, string role) => _folder.Write(file, JsonSerializer.Serialize(new
    {
        Cluster = new { Id = "tls", Redis = $"127.0.0.1:{_redisPort}" },
        Store = new { Folder = _folder.At("store") },
        Security = world is null ? null : new
        {
            Authority = _folder.At($"{world}/authority.pem"),
            Certificate = _folder.At($"{world}/{role}.pem"),
            Key = _folder.At($"{world}/{role}.key.pem"),
        },
    }, Json));

    private static readonly JsonSerializerOptions Json = new() { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };
}
