using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Serialization;
using Seal.Core.Artifacts;
using Seal.Core.Versions;
using Seal.Grains.Abstractions;
using Seal.Grains.Hosting;
using Seal.Silo.Hosting;
using Seal.Silo.Judging;
using Seal.Silo.Security;

namespace Seal.Client.Sweeps;

/// <summary>A way to reach a store's grid: hosted in this process, or attached to the process that hosts it.</summary>
public sealed class Grid : IAsyncDisposable
{
    /// <summary>What the host has to say, in the store's folder.</summary>
    public const string LogName = "host.log.txt";

    private readonly Func<ValueTask> _close;

    private Grid(IGrainFactory grains, SealHost? host, Func<ValueTask> close)
    {
        Grains = grains;
        Host = host;
        _close = close;
    }

    public IGrainFactory Grains { get; }

    /// <summary>The host, if it is this process.</summary>
    public SealHost? Host { get; }

    public ISweepGrain Sweep(string name) => Grains.GetGrain<ISweepGrain>(name);

    /// <summary>Hosts the grid here. The store must be free.</summary>
    /// <exception cref="CommandException">Another process has the store.</exception>
    public static async Task<Grid> HostHere(
        string root,
        string sweep,
        EngineChoice engine,
        int workers,
        Action<IOException> onStoreRefused,
        CancellationToken cancellation
    )
    {
        if (Directory.Exists(root))
        {
            // Before anything is written there, the lock included.
            await StorePlace.Folder(root).DemandOwnFormat();
        }

        var held = Take(root);
        try
        {
            var grid = new GridOptions { HostIncarnation = Guid.NewGuid().ToString("n"), TasksAtOnce = Math.Max(8, workers) };
            var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
            var host = await SealHost.Start(
                new DirectoryArtifactStore(root),
                new SealHostOptions
                {
                    Workers = workers,
                    CreateEngine = engine.Create,
                    NumericClass = engine.NumericClass,
                    Domains = EngineChoice.Domains,
                    Token = token,
                    Grid = grid,
                    OnStoreRefused = onStoreRefused,
                    Judge = workers > 0 ? JudgeSource.OfEnvironment()?.Open(TimeProvider.System, engine.CreateForJudge) : null,
                    Logging = LogToFile(root),
                },
                cancellation
            );
            held.Publish(
                new HostDescriptor(
                    Environment.ProcessId,
                    host.GatewayPort,
                    host.ClusterId,
                    token,
                    sweep,
                    DateTimeOffset.UtcNow,
                    SealBuild.Id,
                    GridContract.Id
                )
            );
            return new Grid(
                host.Grains,
                host,
                async () =>
                {
                    await host.DisposeAsync();
                    held.Dispose();
                }
            );
        }
        catch (InvalidDataException foreign)
        {
            held.Dispose();
            throw StorePlace.Foreign($"The store {root}", foreign);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>The same without slots, to write down what is wished of a sweep that no process runs: nothing of it is computed.</summary>
    /// <exception cref="CommandException">Another process has the store, or it cannot be written.</exception>
    internal static Task<Grid> HostIdle(string root, string sweep, CancellationToken cancellation) =>
        HostHere(root, sweep, EngineChoice.Fake, 0, _ => { }, cancellation);

    /// <summary>For work before <see cref="HostHere"/> that takes time: who finds the store taken should hear it first.</summary>
    /// <exception cref="CommandException">Another process has the store.</exception>
    public static void CheckFree(string root)
    {
        if (StoreLock.Holder(root) is not null)
        {
            throw new CommandException(ExitCode.NotFoundOrConflict, Held(root));
        }
    }

    /// <summary>Attaches to the process that hosts the store; null if none does.</summary>
    /// <exception cref="CommandException">It does not answer.</exception>
    public static async Task<Grid?> Attach(string root, CancellationToken cancellation)
    {
        if (StoreLock.Holder(root) is not { } holder)
        {
            return null;
        }

        if (GridContract.Refusal($"Process {holder.Process}, which holds {root},", holder.Build, holder.Contract) is { } refusal)
        {
            throw new CommandException(ExitCode.NotFoundOrConflict, refusal);
        }

        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<IHostLifetime, DeafLifetime>();
        builder.Services.AddSingleton(new HostToken(holder.Token));
        builder.Services.AddSerializer(SealSerialization.Configure);
        builder.UseOrleansClient(client =>
        {
            client.UseLocalhostClustering(holder.GatewayPort, serviceId: "seal", clusterId: holder.ClusterId);
            client.AddOutgoingGrainCallFilter<SendToken>();
            client.AddOutgoingGrainCallFilter<SendVersion>();
            client.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromSeconds(30));
        });
        var host = builder.Build();
        try
        {
            await host.StartAsync(cancellation).WaitAsync(TimeSpan.FromSeconds(10), cancellation);
        }
        catch (Exception failure) when (!ProcessExit.IsStop(failure, cancellation.IsCancellationRequested))
        {
            host.Dispose();
            throw new CommandException(
                ExitCode.Unreachable,
                $"Process {holder.Process} holds {root} but does not answer on port {holder.GatewayPort}: {failure.Message}",
                failure
            );
        }

        return new Grid(
            host.Services.GetRequiredService<IGrainFactory>(),
            null,
            async () =>
            {
                await host.StopAsync();
                host.Dispose();
            }
        );
    }

    /// <summary>Puts a sweep's tasks into the store and submits it.</summary>
    public async Task<SubmitReply> Submit(LoadedSweep sweep, string root, bool extend, CancellationToken cancellation)
    {
        var store = new DirectoryArtifactStore(root);
        var submission = await SweepUpload.Put(sweep, store, sweep.Engine.NumericClass, wholeModel: false, cancellation);
        var grain = Sweep(sweep.Spec.Name);
        return await (extend ? grain.Grow(submission) : grain.Submit(submission));
    }

    public ValueTask DisposeAsync() => _close();

    /// <summary>Holds a store, for work on it before or without a host.</summary>
    /// <exception cref="CommandException">Another process has it, or it cannot be written.</exception>
    internal static StoreLock Take(string root)
    {
        try
        {
            return StoreLock.TryTake(root) ?? throw new CommandException(ExitCode.NotFoundOrConflict, Held(root));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Unreachable, $"The store {root} cannot be written: {refused.Message}", refused);
        }
    }

    private static string Held(string root) =>
        StoreLock.Holder(root) is { } holder
            ? $"The store {root} is in use by process {holder.Process}, which runs sweep '{holder.Sweep}' since {holder.Since.ToLocalTime():t}. "
                + $"Another --store is free; or look at that one, or stop it:\n  "
                + $"{Invocation.Command("sweep", "watch", holder.Sweep, "--store", root)}\n  "
                + $"{Invocation.Command("sweep", "cancel", holder.Sweep, "--store", root)}"
            : $"The store {root} is in use by another process that is just starting or ending; try again, or use another --store.";

    private static Action<ILoggingBuilder> LogToFile(string root) =>
        logging =>
        {
            logging.SetMinimumLevel(LogLevel.Warning);

            // Its advice on garbage collection is for servers with many cores.
            logging.AddFilter("Orleans.Runtime.Silo", LogLevel.Error);

            // Its first check measures the time since the machine started.
            logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
            logging.AddProvider(new FileLog(Path.Combine(root, LogName)));
        };
}
