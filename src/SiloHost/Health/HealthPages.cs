using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Seal.Cluster.Connections;
using Seal.Cluster.Settings;

namespace Seal.SiloHost.Health;

/// <summary>
/// <c>/health/live</c>, <c>/health/ready</c>, <c>/health/startup</c>: 200 and <c>ok</c>, or 503 and why not, on one line. On loopback anybody may
/// ask; on an address that others can reach a certificate is asked for, as on every port.
/// </summary>
internal static class HealthPages
{
    public static IReadOnlyList<string> Pages { get; } = ["live", "ready", "startup"];

    public static void Listen(IWebHostBuilder web, SealSettings settings)
    {
        var (silo, address) = (settings.Silo, IPAddress.Parse(settings.Silo.WebAddress));
        if (silo.WebPort == 0)
        {
            web.UseServer(new NoServer());
            return;
        }

        web.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = 1 << 14;
                kestrel.Listen(
                    address,
                    silo.WebPort,
                    port =>
                    {
                        if (settings.Security.HasTls && !IPAddress.IsLoopback(address))
                        {
                            var tls = port.ApplicationServices.GetRequiredService<TlsMiddleware>();
                            port.UseHttps(
                                new TlsHandshakeCallbackOptions
                                {
                                    OnConnection = caller =>
                                        ValueTask.FromResult(
                                            tls.Https(caller.Connection.RemoteEndPoint, CertificateRole.Client, CertificateRole.Silo)
                                        ),
                                }
                            );
                        }
                    }
                );
            });
    }

    public static void Map(WebApplication application)
    {
        var health = application.Services.GetRequiredService<SiloHealth>();
        Page("live", () => health.Live ? null : "not live: its own timer stands still");
        Page("ready", health.NotReady);
        Page("startup", () => health.Started ? null : "not yet: it has not joined its cluster");

        void Page(string name, Func<string?> problem) =>
            application.MapGet(
                $"/health/{name}",
                async (HttpContext context) =>
                {
                    var told = problem();
                    context.Response.StatusCode = told is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
                    await context.Response.WriteAsync($"{told ?? "ok"}\n");
                }
            );
    }
}
