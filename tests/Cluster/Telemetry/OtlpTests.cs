using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Seal.Cluster.Tests.Support;
using Seal.EndToEnd.Support;

namespace Seal.Cluster.Tests.Telemetry;

/// <summary>OpenTelemetry's own variables switch the export on: a collector of ours hears of every level of a sweep.</summary>
[Collection(WithQuietServers.Name)]
public sealed class OtlpTests(SharedServers servers)
{
    [SkippableFact]
    public async Task Silo_ToldOfACollector_SendsSpansAndMeters()
    {
        Skip.If(Tools.Missing is not null, Tools.Missing);
        var (port, heard) = (Daemon.FreePort(), new ConcurrentQueue<(string Path, string Body)>());
        await using var collector = Collector(port, heard);
        await collector.StartAsync();
        await using (
            var cluster = await TestCluster.Start(
                servers,
                silos: 1,
                environment: new Dictionary<string, string>
                {
                    ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{port}",
                    ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                    ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
                }
            )
        )
        {
            var exit = await cluster.SealToExit("run", Reference.File, "--set", "seeds=[1]", "--json");
            Assert.True(exit.Code == 0, $"{exit}");
            // What is left is sent when it leaves.
            cluster.Silos[0].Process.Signal(Posix.Terminate);
            Assert.Equal(0, await cluster.Silos[0].Process.Exit());
        }

        var (spans, meters) = (Said("/v1/traces"), Said("/v1/metrics"));
        Assert.All(
            new[] { "sweep", "round", "candidate", "job", "seal.epoch", "tiny-fake", "seal-silo" },
            word => Assert.Contains(word, spans, StringComparison.Ordinal)
        );
        Assert.All(
            new[] { "seal.queue.waiting", "seal.lease.age", "seal.steps", "seal.device.hours", "orleans-" },
            word => Assert.Contains(word, meters, StringComparison.Ordinal)
        );

        string Said(string path) => string.Concat(heard.Where(message => message.Path == path).Select(message => message.Body));
    }

    private static WebApplication Collector(int port, ConcurrentQueue<(string Path, string Body)> heard)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var application = builder.Build();
        application.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body, Encoding.Latin1);
            heard.Enqueue((context.Request.Path, await reader.ReadToEndAsync()));
        });
        return application;
    }
}
