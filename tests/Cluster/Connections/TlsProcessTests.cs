using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Seal.Cluster.Connections;
using Seal.Cluster.Tests.Support;
using Seal.EndToEnd.Support;

namespace Seal.Cluster.Tests.Connections;

/// <summary>Who may talk to a silo with mutual TLS, as processes.</summary>
public sealed class TlsProcessTests(TlsWorld world) : IClassFixture<TlsWorld>
{
    [SkippableFact]
    public async Task Knock_WithTheWrongPapers_IsRefusedWithALoggedReason_AndWithTheRightOnesNot()
    {
        Skip.If(Tools.Redis is null, Tools.Missing);
        var before = Refusals();
        // The two that must not come in wait until their patience is over; meanwhile the one that may does.
        var plain = List(world.Config("plain.json", null, "client"));
        var stranger = List(world.Config("stranger.json", "theirs", "client"));
        var friend = await List(world.Config("friend.json", "ours", "client"));

        Assert.True(friend.Code == 0, $"{friend}");
        Assert.Equal(5, (await plain).Code);
        Assert.Equal(5, (await stranger).Code);
        Assert.Contains("no TLS handshake", world.Silo.Process.Log, StringComparison.Ordinal);
        // A client that nobody knows by name may have had its line of this minute from another test; the stranger has one of its own.
        await world.Silo.Process.Until(() => Task.FromResult(Refusals() > before));
    }

    [SkippableFact]
    public async Task Client_KnockingAtTheSilosOwnPort_IsRefusedWithALoggedReason()
    {
        Skip.If(Tools.Redis is null, Tools.Missing);
        // Another name than the clients of the other tests: the silo logs one line for each refused client and minute.
        using var own = ClientCertificate("knocker");
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, world.Silo.SiloPort);
        await using var tls = new SslStream(socket.GetStream());
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "seal-silo",
                    ClientCertificates = [own],
                    EnabledSslProtocols = SslProtocols.Tls13,
                    RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
                }
            );
            // With TLS 1.3 the refusal comes with the first bytes.
            await tls.ReadExactlyAsync(new byte[1]);
        });
        await world.Silo.Process.Until(() => Task.FromResult(world.Silo.Process.Log.Contains("is not that of a silo", StringComparison.Ordinal)));
    }

    [SkippableFact]
    public async Task Silo_WithAClientsCertificate_DoesNotStartAndSaysWhy()
    {
        Skip.If(Tools.Redis is null, Tools.Missing);
        using var silo = new SiloProcess(world.Folder.Path, world.Config("impostor.json", "ours", "client"), [], new Dictionary<string, string>());
        Assert.NotEqual(0, await silo.Process.Exit());
        Assert.Contains("is not that of a silo", silo.Process.Log, StringComparison.Ordinal);
    }

    private X509Certificate2 ClientCertificate(string name)
    {
        using var authority = X509Certificate2.CreateFromPemFile(world.Folder.At("ours/authority.pem"), world.Folder.At("ours/authority.key.pem"));
        return SealCertificates.Issue(authority, CertificateRole.Client, name, DateTimeOffset.UtcNow, TimeSpan.FromDays(1));
    }

    private int Refusals() => world.Silo.Process.Log.Split('\n').Count(line => line.Contains("Refused a connection", StringComparison.Ordinal));

    private static Task<SealExit> List(string config) => SealProcess.Run(["sweep", "list", "--cluster", config]);
}
