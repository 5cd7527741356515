using System.Collections;
using Microsoft.Extensions.Configuration;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Seal.Cluster.Settings;
using Seal.Grains.Telemetry;
using Seal.SiloHost.Hosting;

namespace Seal.SiloHost.Telemetry;

/// <summary>
/// Spans and meters go to a collector where OpenTelemetry's own variables name one: <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, or the same with
/// <c>TRACES</c> or <c>METRICS</c> in it. Protocol, headers, service name and the like are read from their variables too.
/// </summary>
internal static class OtlpExport
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string Traces = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    private const string Metrics = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";

    public static void Add(WebApplicationBuilder builder, SealSettings settings, SiloIdentity identity, Func<string, string?> environment)
    {
        var (traces, metrics) = Wanted(environment);
        if (!traces && !metrics)
        {
            return;
        }

        // The exporter reads its own variables from here; nothing else of the environment is to be read by chance.
        builder.Configuration.AddInMemoryCollection(
            Environment
                .GetEnvironmentVariables()
                .Cast<DictionaryEntry>()
                .Select(variable => KeyValuePair.Create((string)variable.Key, variable.Value as string))
                .Where(variable => variable.Key.StartsWith("OTEL_", StringComparison.Ordinal))
        );
        var telemetry = builder
            .Services.AddOpenTelemetry()
            .ConfigureResource(resource =>
                resource
                    .AddService(environment("OTEL_SERVICE_NAME") ?? "seal-silo", serviceInstanceId: identity.Name)
                    .AddAttributes([new("seal.cluster", settings.Cluster.Id), new("seal.role", identity.Role)])
            );
        if (traces)
        {
            telemetry.WithTracing(tracing => tracing.AddSource(GridSpan.Source).AddOtlpExporter());
        }

        if (metrics)
        {
            telemetry.WithMetrics(meters => meters.AddMeter(GridSpan.Source, "Microsoft.Orleans").AddOtlpExporter());
        }
    }

    /// <summary>What the environment asks for.</summary>
    internal static (bool Traces, bool Metrics) Wanted(Func<string, string?> environment)
    {
        if (string.Equals(environment("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase))
        {
            return (false, false);
        }

        return (Named(Traces, "OTEL_TRACES_EXPORTER"), Named(Metrics, "OTEL_METRICS_EXPORTER"));

        bool Named(string own, string exporter) =>
            environment(exporter) is not "none" && (environment(own) ?? environment(Endpoint)) is { Length: > 0 };
    }
}
