using System.Net;
using Microsoft.AspNetCore.Connections;
using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.Runtime;
using Seal.Cluster.Connections;
using Seal.Cluster.Hosting;
using Seal.Cluster.Settings;
using Seal.Cluster.Storage;
using Seal.Core.Artifacts;
using Seal.Core.Jobs;
using Seal.Grains.Hosting;
using Seal.Grains.Jobs;
using Seal.Models;
using Seal.Models.Llama;
using Seal.Pages;
using Seal.Silo.Engines;
using Seal.Silo.Hosting;
using Seal.Silo.Judging;
using Seal.Silo.Workers;
using Seal.SiloHost.Health;
using Seal.SiloHost.Telemetry;

namespace Seal.SiloHost.Hosting;

/// <summary>A member of a cluster: the same grains, storage and workers as on one machine, with other silos beside it.</summary>
internal static class ClusterSilo
{
    /// <summary>Time for everything but the running jobs when the silo stops: handing leases back, leaving the membership.</summary>
    private static readonly TimeSpan LeaveTime = TimeSpan.FromSeconds(15);

    public static WebApplication Build(SealSettings settings, IArtifactStore store, StopSignals signals)
    {
        var engines = settings.Silo.Role == "control" ? [] : settings.Work.EngineList.Select(engine => Engine(engine, settings.Work)).ToArray();
        var identity = SiloIdentity.Of(settings.Silo, [.. engines.Select(engine => engine.NumericClass)]);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        HealthPages.Listen(builder.WebHost, settings);
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.Work.DrainTime + LeaveTime);
        builder.Services.AddSingleton(signals);
        builder.Services.AddSingleton<IHostLifetime, TermLifetime>();
        Logs(builder.Logging, settings.Silo);
        Services(builder.Services, settings, identity, store);
        OtlpExport.Add(builder, settings, identity, Environment.GetEnvironmentVariable);
        builder.AddSeal(Options(settings, engines));
        var hasPage = SiloPage.Add(builder.Services, settings);
        var application = builder.Build();
        if (hasPage)
        {
            string[] guests = settings.Silo.Dashboard ? [SiloPage.Dashboard] : [];
            SealPages.Use(application, ["/health"], guests);
            if (settings.Silo.Dashboard)
            {
                application.MapOrleansDashboard(SiloPage.Dashboard);
            }
        }

        HealthPages.Map(application);
        return application;
    }

    /// <summary>How the process ends other than by a signal.</summary>
    private static void Endings(IServiceCollection services, SealSettings settings)
    {
        services.AddSingleton<FatalEnd>();
        services.AddSingleton<IFatalErrorHandler>(provider => provider.GetRequiredService<FatalEnd>());
        services.AddSingleton(provider => new MembershipRow(settings.Cluster.LeaveAfter, provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService<RowGuard>();
    }

    private static void Services(IServiceCollection services, SealSettings settings, SiloIdentity identity, IArtifactStore store)
    {
        services.AddSingleton(provider => new NotedStore(store, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(settings);
        services.AddSingleton(identity);
        services.AddSingleton<IHolderWatch, MembershipHolders>();
        services.AddSingleton<SiloHealth>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<SiloHealth>());
    }

    private static SealOptions Options(SealSettings settings, EngineChoice[] engines)
    {
        var slots = settings.Work.Slots > 0 ? settings.Work.Slots : Environment.ProcessorCount;
        // Read here: what cannot be used ends the start.
        var judge = engines.Length > 0 ? JudgeSource.OfEnvironment() : null;
        return new SealOptions
        {
            Grid = new GridOptions
            {
                HostIncarnation = "cluster",
                ExclusiveHost = false,
                Lease = LeasePolicy.Cluster,
                Redrive = TimeSpan.FromSeconds(2),
                KeepAdapters = settings.Work.KeepAdapters,
                TasksAtOnce = settings.Work.TasksAtOnce,
            },
            Domains = EngineChoice.Domains,
            Time = ShiftedTime.OfTheMachine(),
            Store = services => services.GetRequiredService<NotedStore>(),
            ModelCache = settings.Work.ModelCache,
            Silo = silo => Orleans(silo, settings),
            BeforeWorkers = services =>
            {
                Endings(services, settings);
                Rounds(services, settings);
            },
            Slots = [.. engines.SelectMany(engine => Enumerable.Range(0, slots).Select(index => Slot(engine, index)))],
            Crew = services =>
                Crew(
                    services,
                    settings.Work,
                    engines.Length > 0 ? slots : 0,
                    judge?.Open(services.GetRequiredService<TimeProvider>(), engines[0].CreateForJudge)
                ),
            LeaseHolder = services => services.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString(),
        };
    }

    private static void Orleans(ISiloBuilder silo, SealSettings settings)
    {
        var trainer = settings.Silo.Role == "trainer";
        if (settings.Silo.Dashboard)
        {
            silo.AddDashboard();
        }

        if (settings.Security.HasTls)
        {
            Secure(silo, settings.Security);
        }

        silo.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (settings.Cluster.Id, "seal"));
        silo.Configure<SiloOptions>(options => options.SiloName = SiloIdentity.Of(settings.Silo, []).Name);
        // Clients talk to control silos; a trainer opens no port for them.
        silo.ConfigureEndpoints(IPAddress.Parse(settings.Silo.Address), settings.Silo.SiloPort, trainer ? 0 : settings.Silo.GatewayPort);
        silo.UseRedisClustering(redis => RedisMembership.Configure(redis, settings.Cluster.Redis));
        silo.Configure<ClusterMembershipOptions>(MembershipTuning.Apply);
        silo.Configure<SiloMessagingOptions>(messaging =>
            (messaging.MaxMessageBodySize, messaging.MaxMessageHeaderSize) = (MessageLimits.Body, MessageLimits.Header)
        );
#pragma warning disable ORLEANSEXP003 // Experimental; measured: without it a silo's death also ends activations on the silos that are left.
        silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
        // Else grains of a silo that went down could not start elsewhere for another 15 s, lest it is only taken for dead and still has them. Ours
        // may be there twice: what a zombie writes is refused by compare-and-set, and its leases by their epochs.
        silo.Configure<GrainDirectoryOptions>(directory => directory.RangeLeaseDuration = TimeSpan.Zero);
        silo.Configure<GrainTypeOptions>(types => types.Classes.RemoveWhere(type => !Keeps(type, trainer, settings.Silo.Dashboard)));
    }

    /// <summary>Whether grains of a class may live on this silo. A trainer computes and keeps none, so when it goes nobody but its own jobs is
    /// disturbed; a silo without the dashboard has nothing that the dashboard's grains need.</summary>
    private static bool Keeps(Type grain, bool trainer, bool dashboard) =>
        grain.Assembly == typeof(GridOptions).Assembly ? !trainer
        : grain.Assembly == typeof(DashboardOptions).Assembly
            ? dashboard && !(trainer && grain.Name.StartsWith("Dashboard", StringComparison.Ordinal))
        : true;

    private static void Secure(ISiloBuilder silo, SecuritySettings security)
    {
        silo.Services.AddSingleton(services =>
            TlsMiddleware.Load(
                security,
                CertificateRole.Silo,
                services.GetRequiredService<ILogger<TlsMiddleware>>(),
                services.GetRequiredService<TimeProvider>()
            )
        );
        silo.Services.AddOptions<SiloConnectionOptions>()
            .Configure<TlsMiddleware>(
                (connections, tls) =>
                {
                    connections.ConfigureSiloInboundConnection(connection => connection.Use(next => tls.Server(next, CertificateRole.Silo)));
                    connections.ConfigureSiloOutboundConnection(connection => connection.Use(tls.Client));
                    connections.ConfigureGatewayInboundConnection(connection =>
                        connection.Use(next => tls.Server(next, CertificateRole.Client, CertificateRole.Silo))
                    );
                }
            );
    }

    /// <summary>What this silo does for the cluster again and again.</summary>
    private static void Rounds(IServiceCollection services, SealSettings settings)
    {
        if (settings.Silo.Role != "trainer")
        {
            services.AddHostedService<Redriver>();
        }

        services.AddHostedService<Announcer>();
    }

    private static WorkerCrew Crew(IServiceProvider services, WorkSettings work, int slots, IModelJudge? judge) =>
        new(slots)
        {
            Judge = judge,
            DrainTime = work.DrainTime,
            KeepsAdapters = work.KeepAdapters > 0,
            WaitsForStore = true,
            StuckAfter = work.StuckAfter,
            FirstStepGrace = work.FirstStepGrace,
            Documents = services.GetRequiredService<GridServices>().Documents,
            Stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping,
        };

    /// <exception cref="SettingsException">Not a device, or none of this machine.</exception>
    private static EngineChoice Engine(string engine, WorkSettings work)
    {
        try
        {
            var place = EnginePlace.Of(work.Devices, new Execution(work.Threads, work.Checkpointing));
            if (engine != "fake")
            {
                place.Demand();
            }

            return EngineChoice.Of(engine) with
            {
                Place = place,
            };
        }
        catch (ArgumentException wrong)
        {
            throw new SettingsException([$"Work.Devices: {wrong.Message}"]);
        }
    }

    private static DeviceSlot Slot(EngineChoice engine, int index) =>
        new($"{Name(engine, index)}-{index}", engine.NumericClass, index, engine.Create);

    /// <summary>Slots of two engines on one device are two.</summary>
    private static string Name(EngineChoice engine, int index) =>
        engine.IsFake
            ? "fake"
            : engine.Place.Devices[index % engine.Place.Devices.Count].Replace(':', '-')
                + (engine.Dtype == ModelDtype.Fp32 ? "" : $"-{engine.Dtype.Name()}");

    private static void Logs(ILoggingBuilder logging, SiloSettings silo)
    {
        logging.SetMinimumLevel(Enum.Parse<LogLevel>(silo.LogLevel, ignoreCase: true));
        logging.AddFilter("Azure", LogLevel.Warning);
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        logging.AddFilter("Orleans", LogLevel.Warning);
        logging.AddFilter("Polly", LogLevel.Warning);
        // Its advice on garbage collection is for processes that own their machine.
        logging.AddFilter("Orleans.Runtime.Silo", LogLevel.Error);
        // Its first check measures the time since the machine started.
        logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        logging.AddJsonConsole(console =>
        {
            console.IncludeScopes = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "O";
        });
    }
}
