using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Serialization;
using Orleans.Storage;
using Seal.Core.Artifacts;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Grains.Abstractions;
using Seal.Grains.Hosting;
using Seal.Grains.Jobs;
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

    private SealHost(IHost host, int gatewayPort, string clusterId)
    {
        _host = host;
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
        builder.Services.AddSingleton<IArtifactStore>(services => new GuardedStore(
            watched,
            services.GetRequiredService<ILogger<GuardedStore>>(),
            services.GetRequiredService<TimeProvider>()
        ));
        builder.Services.AddSingleton<TimeProvider>(new SteadyTime(options.Time));
        // Grains and slots of this process read what jobs name once for both.
        var documents = new DocumentCache();
        builder.Services.AddSingleton(services => new GridServices(options.Grid, options.Time, services.GetRequiredService<IArtifactStore>())
        {
            Domains = options.Domains,
            Documents = documents,
        });
        builder.Services.AddSingleton(new HostToken(options.Token));
        builder.Services.AddSingleton<IModelFiles>(services => new ModelRegistry(services.GetRequiredService<IArtifactStore>()));
        builder.Services.AddSingleton(options.Domains);
        builder.Services.AddSerializer(SealSerialization.Configure);
        builder.Services.AddKeyedSingleton<IGrainStorage>(
            GridOptions.Storage,
            (services, _) => new ArtifactGrainStorage(services.GetRequiredService<IArtifactStore>())
        );
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(siloPort, gatewayPort, serviceId: "seal", clusterId: clusterId);
            silo.Configure<ClusterMembershipOptions>(membership =>
            {
                membership.NumVotesForDeathDeclaration = 1;
                // The only silo there is would evict itself, and end the process, if its clock jumped while it joins: a machine that slept, a test's
                // clock. Nobody else can have been left behind here.
                membership.EvictWhenMaxJoinAttemptTimeExceeded = false;
            });
            silo.Configure<SchedulingOptions>(scheduling => scheduling.TurnWarningLengthThreshold = TimeSpan.FromSeconds(2));
            silo.AddIncomingGrainCallFilter<DemandToken>();
            silo.AddIncomingGrainCallFilter<DemandVersion>();
            silo.AddIncomingGrainCallFilter<NameGate>();
            silo.AddOutgoingGrainCallFilter<SendToken>();
            silo.AddOutgoingGrainCallFilter<SendVersion>();
        });
        var crew = new WorkerCrew(options.Workers)
        {
            AlwaysOpen = true,
            KeepsAdapters = options.Grid.KeepAdapters > 0,
            Documents = documents,
        };
        // Workers are registered after the silo: hosted services start in order and stop in reverse.
        for (var slot = 0; slot < options.Workers; slot++)
        {
            var index = slot;
            var self = new WorkerRef($"cpu-{slot}", options.Grid.HostIncarnation);
            builder.Services.AddSingleton<IHostedService>(services => new DeviceWorker(
                self,
                options.NumericClass,
                options.CreateEngine,
                services.GetRequiredService<IGrainFactory>(),
                services.GetRequiredService<IArtifactStore>(),
                services.GetRequiredService<IModelFiles>(),
                services.GetRequiredService<IReadOnlyList<IDomain>>(),
                options.Time,
                crew,
                index,
                services.GetRequiredService<ILogger<DeviceWorker>>()
            ));
        }

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

        return new SealHost(host, gatewayPort, clusterId);
    }

    /// <summary>Hands running jobs back and stops the silo.</summary>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
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
