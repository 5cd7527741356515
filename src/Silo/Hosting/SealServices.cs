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

/// <summary>Puts the grid into a host: its services, its silo, its workers.</summary>
public static class SealServices
{
    /// <summary>Adds what every host of the grid has. Hosted services start in the order in which they are added, and stop in reverse.</summary>
    public static void AddSeal(this IHostApplicationBuilder builder, SealOptions options)
    {
        AddGrid(builder.Services, options);
        builder.UseOrleans(silo =>
        {
            options.Silo(silo);
            silo.Configure<SchedulingOptions>(scheduling => scheduling.TurnWarningLengthThreshold = TimeSpan.FromSeconds(2));
            silo.AddIncomingGrainCallFilter<DemandVersion>();
            silo.AddIncomingGrainCallFilter<NameGate>();
            silo.AddOutgoingGrainCallFilter<SendVersion>();
        });
        options.BeforeWorkers(builder.Services);
        AddWorkers(builder.Services, options);
    }

    private static void AddGrid(IServiceCollection services, SealOptions options)
    {
        services.AddSingleton<TimeProvider>(new SteadyTime(options.Time));
        services.AddSingleton<IArtifactStore>(provider => new GuardedStore(
            options.Store(provider),
            provider.GetRequiredService<ILogger<GuardedStore>>(),
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(options.Domains);
        services.AddSingleton<IModelFiles>(provider => new ModelRegistry(provider.GetRequiredService<IArtifactStore>(), options.ModelCache));
        services.AddSingleton(provider => Grid(provider, options));
        services.AddSerializer(SealSerialization.Configure);
        services.AddKeyedSingleton<IGrainStorage>(
            GridOptions.Storage,
            (provider, _) => new ArtifactGrainStorage(provider.GetRequiredService<IArtifactStore>())
        );
    }

    private static GridServices Grid(IServiceProvider provider, SealOptions options)
    {
        var grid = new GridServices(options.Grid, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<IArtifactStore>())
        {
            Domains = options.Domains,
        };
        return provider.GetService<IHolderWatch>() is { } holders ? grid with { Holders = holders } : grid;
    }

    private static void AddWorkers(IServiceCollection services, SealOptions options)
    {
        services.AddSingleton(options.Crew);
        foreach (var slot in options.Slots)
        {
            services.AddSingleton<IHostedService>(provider => new DeviceWorker(
                new WorkerRef(slot.Name, options.LeaseHolder(provider)),
                slot.NumericClass,
                slot.CreateEngine,
                provider.GetRequiredService<IGrainFactory>(),
                provider.GetRequiredService<IArtifactStore>(),
                provider.GetRequiredService<IModelFiles>(),
                provider.GetRequiredService<IReadOnlyList<IDomain>>(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<WorkerCrew>(),
                slot.Index,
                provider.GetRequiredService<ILogger<DeviceWorker>>()
            ));
        }
    }
}
