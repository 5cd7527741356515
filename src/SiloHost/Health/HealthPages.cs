using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Seal.Cluster.Connections;
using Seal.Cluster.Settings;

namespace Seal.SiloHost.Health;

/// <summary>
/// <c>/health/live</c>, <c>/health/ready</c>, <c>/health/startup</c>: 200 or 503 and one word. On loopback anybody may ask; on an address that others can
/// reach a certificate is asked for, as on every port.
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

        web.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 1 << 10;
            kestrel.Listen(address, silo.WebPort, port =>
            {
                if (settings.Security.HasTls && !IPAddress.IsLoopback(address))
                {
                    var tls = port.ApplicationServices.GetRequiredService<TlsMiddleware>();
                    port.UseHttps(new TlsHandshakeCallbackOptions
                    {
                        OnConnection = caller => ValueTask.FromResult(
                            tls.Https(caller.Connection.RemoteEndPoint?.ToString() ?? "unknown", CertificateRole.Client, CertificateRole.Silo)),
                    });
                }
            });
        });
    }

    public static void Map(WebApplication application)
    {
        var health = application.Services.GetRequiredService<SiloHealth>();
        Page("live", () => health.Live);
        Page("ready", () => health.Ready);
        Page("startup", () => health.Started);

        void Page(string name, Func<bool> good) => application.MapGet($"/health/{name}", async (HttpContext context) =>
        {
            var well = good();
            context.Response.StatusCode = well ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            await context.Response.WriteAsync(well ? "ok\n" : "not yet\n");
        });
    }
}
