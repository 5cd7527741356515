using Orleans.Runtime;
using Seal.Cluster.Settings;
using Seal.Core.Versions;
using Seal.Grains.Abstractions;
using Seal.Silo.Workers;

namespace Seal.SiloHost.Hosting;

/// <summary>Tells the cluster every few seconds what this silo computes and how it is.</summary>
internal sealed partial class Announcer(
    SiloIdentity self,
    WorkerCrew crew,
    IServiceProvider services,
    IGrainFactory grains,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<Announcer> logger
) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(4);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        var host = services.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString();
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            try
            {
                await grains.GetGrain<ISlotsGrain>(0).Announce(Report(host));
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(logger, failure);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private SiloReport Report(string host)
    {
        var (health, stopping) = (crew.Health, lifetime.ApplicationStopping.IsCancellationRequested);
        var busy = services.GetServices<IHostedService>().OfType<DeviceWorker>().Count(worker => worker.Current is not null);
        return new SiloReport(
            self.Name,
            host,
            self.Role,
            self.NumericClasses,
            health.Slots,
            stopping ? 0 : health.Open,
            busy,
            stopping ? "draining"
                : health.Drained ? "drained"
                : "working",
            health.LastFailure,
            SealBuild.Id,
            GridContract.Id
        );
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Could not announce this silo, will try again")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}

/// <summary>What a silo says of itself.</summary>
internal sealed record SiloIdentity(string Name, string Role, IReadOnlyList<string> NumericClasses)
{
    public static SiloIdentity Of(SiloSettings silo, IReadOnlyList<string> classes) =>
        new(silo.Name ?? $"{Environment.MachineName.ToLowerInvariant()}-{silo.SiloPort}", silo.Role, classes);
}
