using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;
using Seal.Core.Artifacts;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Grains.Hosting;
using Seal.Grains.Jobs;
using Seal.Silo.Judging;
using Seal.Silo.Security;
using Seal.Silo.Storage;
using Seal.Silo.Workers;

namespace Seal.Silo.Hosting;

/// <summary>How to host the grid in this process.</summary>
public sealed record SealHostOptions
{
    /// <summary>Device slots; each trains on one core. 0 for none: a host that only steers.</summary>
    public required int Workers { get; init; }

    /// <summary>The domains that runs may name.</summary>
    public required IReadOnlyList<IDomain> Domains { get; init; }

    /// <summary>Makes an engine for a slot; called on the slot's own thread.</summary>
    public required Func<IEngine> CreateEngine { get; init; }

    /// <summary>The class of those engines.</summary>
    public required string NumericClass { get; init; }

    public required string Token { get; init; }

    /// <summary>Judges answers where sweeps want it; none by default. The host's: it goes with it.</summary>
    public IModelJudge? Judge { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Called when the store refuses a write (disk full, no permission).</summary>
    public Action<IOException>? OnStoreRefused { get; init; }

    /// <summary>Where log lines go; warnings and worse on standard error by default.</summary>
    public Action<ILoggingBuilder> Logging { get; init; } = logging => logging.SetMinimumLevel(LogLevel.None);

    public GridOptions Grid { get; init; } = new() { HostIncarnation = Guid.NewGuid().ToString("n") };
}

/// <summary>A silo in this process: free ports on loopback, a cluster of its own, workers on its cores.</summary>
public sealed class SealHost : IAsyncDisposable
{
    private readonly IHost _host;

    private readonly IModelJudge? _judge;

    private SealHost(IHost host, IModelJudge? judge, int gatewayPort, string clusterId)
    {
        _host = host;
        _judge = judge;
        GatewayPort = gatewayPort;
        ClusterId = clusterId;
        Workers = [.. host.Services.GetServices<IHostedService>().OfType<DeviceWorker>()];
    }

    public int GatewayPort { get; }

    public string ClusterId { get; }

    public IReadOnlyList<DeviceWorker> Workers { get; }

    /// <summary>Cancelled when the host ends, by itself too: where a slot's engine cannot be made.</summary>
    public CancellationToken Stopping => _host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

    /// <summary>Why a slot ended by itself, in one line; null while none has.</summary>
    public string? Failure =>
        Workers.Select(worker => worker.ExecuteTask?.Exception?.GetBaseException().Message).FirstOrDefault(message => message is not null);

    internal GridServices Grid => _host.Services.GetRequiredService<GridServices>();

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    /// <exception cref="OperationCanceledException">Cancelled while it started; nothing is left running.</exception>
    /// <exception cref="InvalidDataException">The store has the format of another build; nothing was written.</exception>
    public static async Task<SealHost> Start(IArtifactStore store, SealHostOptions options, CancellationToken cancellation = default)
    {
        await StoreFormat.Claim(store, cancellation);
        var (siloPort, gatewayPort) = FreePorts();
        var clusterId = $"seal-{options.Grid.HostIncarnation}";
        var watched = new WatchedStore(store, refused => options.OnStoreRefused?.Invoke(refused));
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        // The program that hosts us hears signals and takes us down.
        builder.Services.AddSingleton<IHostLifetime, DeafLifetime>();
        builder.Logging.ClearProviders();
        options.Logging(builder.Logging);
        builder.AddSeal(
            new SealOptions
            {
                Grid = options.Grid,
                Domains = options.Domains,
                Time = options.Time,
                Store = _ => watched,
                Silo = silo => Configure(silo, siloPort, gatewayPort, clusterId, options.Token),
                Slots =
                [
                    .. Enumerable
                        .Range(0, options.Workers)
                        .Select(slot => new DeviceSlot($"cpu-{slot}", options.NumericClass, slot, options.CreateEngine)),
                ],
                Crew = services => new WorkerCrew(options.Workers)
                {
                    AlwaysOpen = true,
                    Judge = options.Judge,
                    KeepsAdapters = options.Grid.KeepAdapters > 0,
                    // Grains and slots of this process read what jobs name once for both.
                    Documents = services.GetRequiredService<GridServices>().Documents,
                },
                LeaseHolder = _ => options.Grid.HostIncarnation,
            }
        );
        var host = builder.Build();
        try
        {
            await host.StartAsync(cancellation);
        }
        catch (Exception stopped) when (ProcessExit.IsStop(stopped, cancellation.IsCancellationRequested))
        {
            host.Dispose();
            throw new OperationCanceledException("The grid was asked to stop while it started.", stopped, cancellation);
        }

        return new SealHost(host, options.Judge, gatewayPort, clusterId);
    }

    /// <summary>Hands running jobs back and stops the silo.</summary>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        _judge?.Dispose();
    }

    private static void Configure(ISiloBuilder silo, int siloPort, int gatewayPort, string clusterId, string token)
    {
        silo.UseLocalhostClustering(siloPort, gatewayPort, serviceId: "seal", clusterId: clusterId);
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.NumVotesForDeathDeclaration = 1;
            // The only silo there is would evict itself, and end the process, if its clock jumped while it joins: a machine that slept, a test's
            // clock. Nobody else can have been left behind here.
            membership.EvictWhenMaxJoinAttemptTimeExceeded = false;
        });
        silo.Services.AddSingleton(new HostToken(token));
        silo.AddIncomingGrainCallFilter<DemandToken>();
        silo.AddOutgoingGrainCallFilter<SendToken>();
    }

    private static (int Silo, int Gateway) FreePorts()
    {
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }
}
