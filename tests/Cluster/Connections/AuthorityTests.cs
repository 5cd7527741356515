using System.Net;
using System.Net.Http;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging.Abstractions;
using Seal.Cluster.Connections;
using Seal.Cluster.Settings;
using Seal.Cluster.Tests.Support;
using Seal.EndToEnd.Support;

namespace Seal.Cluster.Tests.Connections;

/// <summary>Authorities that take over from each other, and the web port, which asks for certificates like the others.</summary>
public sealed class AuthorityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public AuthorityTests()
    {
        foreach (var world in new[] { "old", "new" })
        {
            var now = DateTimeOffset.UtcNow;
            using var authority = SealCertificates.CreateAuthority(world, now, TimeSpan.FromDays(2));
            _folder.Write($"{world}/authority.pem", authority.ExportCertificatePem());
            foreach (var role in Enum.GetValues<CertificateRole>())
            {
                using var certificate = SealCertificates.Issue(authority, role, $"{world}-{role}", now, TimeSpan.FromDays(1));
                using var key = certificate.GetECDsaPrivateKey()!;
                _folder.Write($"{world}/{role}.pem", certificate.ExportCertificatePem());
                _folder.Write($"{world}/{role}.key.pem", key.ExportPkcs8PrivateKeyPem());
            }
        }

        _folder.Write("both.pem", File.ReadAllText(_folder.At("old/authority.pem")) + "\n" + File.ReadAllText(_folder.At("new/authority.pem")));
        _folder.Write("none.pem", "");
    }

    [Theory]
    [InlineData("old")]
    [InlineData("new")]
    public void Load_TwoAuthoritiesInTheFile_TakesCertificatesOfBoth(string world)
    {
        using var tls = Load(world, "both.pem");
        Assert.NotNull(tls);
    }

    [Theory]
    [InlineData("new", "old/authority.pem", "is not good under our authority")]
    [InlineData("old", "none.pem", "there is no certificate in it")]
    public void Load_AuthorityThatIsNotIts_IsRefused(string world, string authority, string expected) =>
        Assert.Contains(expected, Assert.Throws<SettingsException>(() => Load(world, authority)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Https_CallerWithoutACertificateOrOfAnotherAuthority_IsRefusedAndAClientOfOursIsNot()
    {
        using var tls = Load("old", "old/authority.pem");
        var port = Daemon.FreePort();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
                kestrel.Listen(
                    IPAddress.Loopback,
                    port,
                    listen =>
                        listen.UseHttps(
                            new TlsHandshakeCallbackOptions
                            {
                                OnConnection = caller => ValueTask.FromResult(tls.Https(null, CertificateRole.Client, CertificateRole.Silo)),
                            }
                        )
                )
            );
        await using var application = builder.Build();
        application.Run(context => context.Response.WriteAsync("ok"));
        await application.StartAsync();

        Assert.Equal("ok", await Ask(port, "old"));
        await Assert.ThrowsAsync<HttpRequestException>(() => Ask(port, "new"));
        await Assert.ThrowsAsync<HttpRequestException>(() => Ask(port, null));
    }

    public void Dispose() => _folder.Dispose();

    private async Task<string> Ask(int port, string? world)
    {
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, shown, _, _) => shown is not null };
        if (world is not null)
        {
            handler.ClientCertificates.Add(
                X509Certificate2.CreateFromPemFile(_folder.At($"{world}/Client.pem"), _folder.At($"{world}/Client.key.pem"))
            );
        }

        using var http = new HttpClient(handler);
        return await http.GetStringAsync(new Uri($"https://127.0.0.1:{port}/"));
    }

    private TlsMiddleware Load(string world, string authority) =>
        TlsMiddleware.Load(
            new SecuritySettings
            {
                Certificate = _folder.At($"{world}/Silo.pem"),
                Key = _folder.At($"{world}/Silo.key.pem"),
                Authority = _folder.At(authority),
            },
            CertificateRole.Silo,
            NullLogger.Instance
        );
}
