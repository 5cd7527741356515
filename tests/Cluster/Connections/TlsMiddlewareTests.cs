using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Seal.Cluster.Connections;
using Seal.Cluster.Settings;
using Seal.Core.Refusals;
using Seal.EndToEnd.Support;

namespace Seal.Cluster.Tests.Connections;

/// <summary>Who may talk to whom. Every refusal is written to the log with its reason.</summary>
public sealed class TlsMiddlewareTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LastLog _log = new();

    public TlsMiddlewareTests()
    {
        foreach (var world in new[] { "ours", "theirs" })
        {
            var now = DateTimeOffset.UtcNow;
            using var authority = SealCertificates.CreateAuthority(world, now, TimeSpan.FromDays(2));
            _folder.Write($"{world}/authority.pem", authority.ExportCertificatePem());
            foreach (var role in Enum.GetValues<CertificateRole>())
            {
                using var certificate = SealCertificates.Issue(authority, role, $"{world}-{role}", now, TimeSpan.FromDays(1));
                using var key = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPrivateKey(certificate)!;
                _folder.Write($"{world}/{role}.pem", certificate.ExportCertificatePem());
                _folder.Write($"{world}/{role}.key.pem", key.ExportPkcs8PrivateKeyPem());
            }
        }
    }

    [Theory]
    [InlineData(CertificateRole.Silo, CertificateRole.Silo)]
    [InlineData(CertificateRole.Client, CertificateRole.Client)]
    public async Task Connect_RightRoleOfOurAuthority_TalksBothWays(CertificateRole caller, CertificateRole accepted)
    {
        using var server = Tls("ours", CertificateRole.Silo);
        using var client = Tls("ours", caller);
        Assert.Equal("HELLO, IS THERE ANYBODY?", await Talk(server, client.Client, accepted));
    }

    [Fact]
    public async Task Connect_ClientsCertificateToASilosPort_IsRefusedWithAReason()
    {
        using var server = Tls("ours", CertificateRole.Silo);
        using var client = Tls("ours", CertificateRole.Client);
        Assert.Null(await Talk(server, client.Client, CertificateRole.Silo));
        Assert.Contains("is not that of a silo", _log.Last, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CertificateRole.Silo)]
    [InlineData(CertificateRole.Client)]
    public async Task Connect_CertificateOfAnotherAuthority_IsRefusedWithAReason(CertificateRole role)
    {
        using var server = Tls("ours", CertificateRole.Silo);
        // One that takes any server, to see what ours says.
        using var client = Tls("theirs", role, trust: "ours");
        Assert.Null(await Talk(server, client.Client, CertificateRole.Silo, CertificateRole.Client));
        Assert.Contains("is not good under our authority", _log.Last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_PlainText_IsRefusedWithAReason()
    {
        using var server = Tls("ours", CertificateRole.Silo);
        Assert.Null(await Talk(server, next => next, CertificateRole.Silo));
        Assert.Contains("no TLS handshake", _log.Last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_ServerThatIsNoSilo_IsLeftByTheClient()
    {
        using var server = Tls("theirs", CertificateRole.Silo);
        using var client = Tls("ours", CertificateRole.Client);
        Assert.Null(await Talk(server, client.Client, CertificateRole.Client));
    }

    [Theory]
    [InlineData("ours/Client", "ours/authority.pem", "is not that of a silo")]
    [InlineData("theirs/Silo", "ours/authority.pem", "is not good under our authority")]
    [InlineData("ours/none", "ours/authority.pem", "cannot be read")]
    public void Load_FilesThatDoNotFit_IsRefusedAtStart(string pair, string authority, string expected)
    {
        var security = new SecuritySettings
        {
            Certificate = _folder.At($"{pair}.pem"),
            Key = _folder.At($"{pair}.key.pem"),
            Authority = _folder.At(authority),
        };
        var refused = Assert.Throws<SettingsException>(() => TlsMiddleware.Load(security, CertificateRole.Silo, _log));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private TlsMiddleware Tls(string world, CertificateRole role, string? trust = null, TimeProvider? time = null)
    {
        var security = new SecuritySettings
        {
            Certificate = _folder.At($"{world}/{role}.pem"),
            Key = _folder.At($"{world}/{role}.key.pem"),
            Authority = _folder.At($"{world}/authority.pem"),
        };
        return TlsMiddleware.Load(security, role, _log, time) is var tls && trust is null ? tls : tls.Trusting(_folder.At($"{trust}/authority.pem"));
    }

    [Fact]
    public async Task Connect_StrangerWhoComesBack_HasOneLineAMinuteThatCountsTheRest()
    {
        var time = new FakeTimeProvider();
        using var server = Tls("ours", CertificateRole.Silo, time: time);
        using var stranger = Tls("theirs", CertificateRole.Client, trust: "ours");

        for (var knock = 0; knock < 4; knock++)
        {
            Assert.Null(await Talk(server, stranger.Client, CertificateRole.Client));
        }

        var first = Assert.Single(_log.Lines);
        Assert.StartsWith("Refused a connection from", first, StringComparison.Ordinal);
        time.Advance(RefusalLimit.Window);
        Assert.Equal(2, _log.Lines.Count);
        Assert.StartsWith("Refused 3 more connections with", _log.Last, StringComparison.Ordinal);
    }

    /// <summary>What the server answers to a greeting, or null if one of the two hung up.</summary>
    private static async Task<string?> Talk(TlsMiddleware server, Func<ConnectionDelegate, ConnectionDelegate> client, params CertificateRole[] roles)
    {
        var (toServer, toClient) = (new Pipe(), new Pipe());
        await using var there = new DefaultConnectionContext { Transport = new Ends(toServer.Reader, toClient.Writer) };
        await using var here = new DefaultConnectionContext { Transport = new Ends(toClient.Reader, toServer.Writer) };
        string? answer = null;
        var listening = Run(
            server.Server(
                async connection =>
                {
                    var read = await connection.Transport.Input.ReadAsync();
                    var text = System.Text.Encoding.ASCII.GetString(read.Buffer.ToArray());
                    await connection.Transport.Output.WriteAsync(System.Text.Encoding.ASCII.GetBytes(text.ToUpperInvariant()));
                },
                roles
            ),
            there,
            toClient.Writer
        );
        var calling = Run(
            client(async connection =>
            {
                await connection.Transport.Output.WriteAsync("hello, is there anybody?"u8.ToArray());
                var read = await connection.Transport.Input.ReadAsync();
                answer = read.Buffer.IsEmpty ? null : System.Text.Encoding.ASCII.GetString(read.Buffer.ToArray());
            }),
            here,
            toServer.Writer
        );
        await Task.WhenAll(listening, calling);
        return answer;

        static async Task Run(ConnectionDelegate talk, ConnectionContext connection, PipeWriter line)
        {
            try
            {
                await talk(connection);
            }
            catch (Exception hungUp)
                when (hungUp is System.Security.Authentication.AuthenticationException or IOException or OperationCanceledException)
            {
                // Refused: seen by the answer that did not come.
            }

            await line.CompleteAsync();
        }
    }

    private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class LastLog : ILogger
    {
        public string Last => Lines.LastOrDefault() ?? "";

        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            // The server's own words, not the client's.
            if (IsEnabled(logLevel) && formatter(state, exception) is var line && line.StartsWith("Refused", StringComparison.Ordinal))
            {
                Lines.Add(line);
            }
        }
    }
}
