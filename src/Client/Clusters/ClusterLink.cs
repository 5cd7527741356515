using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Serialization;
using Seal.Client.Sweeps;
using Seal.Cluster.Connections;
using Seal.Cluster.Hosting;
using Seal.Cluster.Settings;
using Seal.Cluster.Storage;
using Seal.Core.Artifacts;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Grains.Hosting;
using Seal.Silo.Hosting;

namespace Seal.Client.Clusters;

/// <summary>A connection to a cluster and its store, with the settings that its silos have.</summary>
internal sealed class ClusterLink : IAsyncDisposable
{
    /// <summary>Word for "no file, the environment alone".</summary>
    public const string Environment = "env";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Told = TimeSpan.FromSeconds(3);

    private readonly IHost _host;

    private ClusterLink(IHost host, StorePlace place, string cluster)
    {
        _host = host;
        Place = place;
        Cluster = cluster;
    }

    /// <summary>The cluster's id.</summary>
    public string Cluster { get; }

    public StorePlace Place { get; }

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    /// <param name="file">Settings file, or <see cref="Environment"/>.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    /// <exception cref="CommandException">The settings cannot be used (2), or Redis, the silos or the store cannot be reached (5).</exception>
    public static async Task<ClusterLink> Open(string file, CancellationToken cancellation)
    {
        var settings = Settings(file);
        var (refusals, builder) = (new Refusals(), Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true }));
        builder.Services.AddSingleton<IHostLifetime, DeafLifetime>();
        builder.Services.AddSerializer(SealSerialization.Configure);
        try
        {
            builder.UseOrleansClient(client => Configure(client, settings, refusals));
        }
        catch (SettingsException wrong)
        {
            throw Refused(file, wrong);
        }

        var host = builder.Build();
        try
        {
            var store = await StoreFactory.OpenExisting(settings.Store, cancellation);
            var connecting = host.StartAsync(cancellation).WaitAsync(Patience, cancellation);
            if (await Task.WhenAny(connecting, Task.Delay(Told, cancellation)) != connecting)
            {
                Terminal.Say($"Connecting to the cluster '{settings.Cluster.Id}' …");
            }

            await connecting;
            var link = new ClusterLink(host, PlaceOf(file, settings, store), settings.Cluster.Id);
            await link.DemandOwnBuild(cancellation);
            return link;
        }
        catch (CommandException)
        {
            host.Dispose();
            throw;
        }
        catch (Exception failure) when (!ProcessExit.IsStop(failure, cancellation.IsCancellationRequested))
        {
            host.Dispose();
            throw new CommandException(
                ExitCode.Unreachable,
                $"The cluster '{settings.Cluster.Id}' cannot be reached: {refusals.Last ?? failure.Message}\nIs its Redis up, and is a silo of role "
                    + $"control or all running with the same Cluster.Id? "
                    + (
                        settings.Security.HasTls
                            ? "Do the silos trust the authority of this client's certificate? Their log says whom they refused."
                            : "Do the silos demand certificates? Then Security.Certificate, Security.Key and Security.Authority must name this "
                                + "client's."
                    ),
                failure
            );
        }
    }

    /// <summary>The cluster's store alone: what lies there can be read while no silo runs.</summary>
    /// <param name="file">Settings file, or <see cref="Environment"/>.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    /// <exception cref="CommandException">The settings cannot be used (2), or the store cannot be reached (5).</exception>
    public static async Task<StorePlace> OpenStore(string file, CancellationToken cancellation)
    {
        var settings = Settings(file);
        try
        {
            return PlaceOf(file, settings, await StoreFactory.OpenExisting(settings.Store, cancellation));
        }
        catch (IOException failure)
        {
            throw new CommandException(
                ExitCode.Unreachable,
                $"The store of the cluster '{settings.Cluster.Id}' cannot be reached: {failure.Message}",
                failure
            );
        }
    }

    private static StorePlace PlaceOf(string file, SealSettings settings, IArtifactStore store) =>
        new($"The cluster {settings.Cluster.Id}", ["--cluster", file], () => store, key => $"{StoreFactory.Describe(settings.Store)}: {key}");

    private static SealSettings Settings(string file)
    {
        try
        {
            return SettingsChecks.ForClient(SettingsReader.Read(file == Environment ? null : file, []));
        }
        catch (SettingsException wrong)
        {
            throw Refused(file, wrong);
        }
    }

    private static CommandException Refused(string file, SettingsException wrong) =>
        new(ExitCode.Usage, $"--cluster {file}: {string.Join("\n  ", wrong.Problems)}", wrong);

    public async ValueTask DisposeAsync()
    {
        // A cluster that is away must not keep the console.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            await _host.StopAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // Nothing of ours is lost: the client holds no state.
        }

        _host.Dispose();
    }

    /// <summary>Builds that speak other messages would understand this console by halves, or not at all.</summary>
    /// <exception cref="CommandException">A silo is of another build; names it.</exception>
    private async Task DemandOwnBuild(CancellationToken cancellation)
    {
        await Place.DemandOwnFormat();
        IReadOnlyList<SiloReport> silos;
        try
        {
            silos = await Patiently.Ask(() => Grains.GetGrain<ISlotsGrain>(0).All(), cancellation);
        }
        catch (ArgumentException unknown)
        {
            // No silo has grains of this name: they are of a build whose names had no version.
            throw new CommandException(
                ExitCode.NotFoundOrConflict,
                GridContract.Refusal($"A silo of {Place.Name}", null, null) ?? unknown.Message,
                unknown
            );
        }
        catch (NotSupportedException refused) when (GridContract.IsRefusal(refused))
        {
            throw new CommandException(ExitCode.NotFoundOrConflict, refused.Message, refused);
        }

        var refusal = silos
            .Select(silo => GridContract.Refusal($"The silo {silo.Silo}", silo.Build, silo.Contract))
            .FirstOrDefault(found => found is not null);
        if (refusal is not null)
        {
            throw new CommandException(ExitCode.NotFoundOrConflict, refusal);
        }
    }

    /// <summary>The class of slots that a sweep's engine has here.</summary>
    /// <exception cref="CommandException">None, or more than one to choose from.</exception>
    public async Task<string> NumericClass(EngineChoice engine, string? asked, CancellationToken cancellation)
    {
        var silos = await Patiently.Ask(() => Grains.GetGrain<ISlotsGrain>(0).All(), cancellation);
        return SlotClasses.Choose(engine.Settings, asked, silos.SelectMany(silo => silo.NumericClasses), Place.Name);
    }

    private static void Configure(IClientBuilder client, SealSettings settings, Refusals refusals)
    {
        client.AddOutgoingGrainCallFilter<SendVersion>();
        client.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (settings.Cluster.Id, "seal"));
        if (settings.Security.HasTls)
        {
            var tls = TlsMiddleware.Load(settings.Security, CertificateRole.Client, refusals);
            client.Configure<ClientConnectionOptions>(connections => connections.ConfigureConnection(connection => connection.Use(tls.Client)));
        }

        client.UseRedisClustering(redis => RedisMembership.Configure(redis, settings.Cluster.Redis));
        client.Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = TimeSpan.FromSeconds(5));
        client.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromSeconds(30));
        // The first silo may be starting.
        client.UseConnectionRetryFilter(
            async (_, cancellation) =>
            {
                await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
                return true;
            }
        );
    }

    /// <summary>Keeps the last reason for which a silo was not talked to: the client's own exception only tells that time ran out.</summary>
    private sealed class Refusals : ILogger
    {
        public string? Last { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Last = formatter(state, exception);
    }
}
