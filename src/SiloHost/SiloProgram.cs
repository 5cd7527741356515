using System.CommandLine;
using System.Net.Sockets;
using Seal.Cluster.Settings;
using Seal.Cluster.Storage;
using Seal.Core.Artifacts;
using Seal.Core.Sweeps;
using Seal.Models.Engine;
using Seal.Silo.Hosting;
using Seal.Silo.Plugins;
using Seal.SiloHost.Health;
using Seal.SiloHost.Hosting;

namespace Seal.SiloHost;

/// <summary>The command line of <c>seal-silo</c>.</summary>
internal static class SiloProgram
{
    private static readonly TimeSpan TimeToClose = TimeSpan.FromSeconds(5);

    private const string Help = """
        seal-silo: a member of a Seal.Orleans cluster. Settings come from a file, then the environment, then --set; the later wins. For example:

          SEAL__CLUSTER__REDIS=localhost:6379 SEAL__STORE__BLOB__CONNECTIONSTRING=UseDevelopmentStorage=true seal-silo --role all
          seal-silo --config silo.json --role trainer --set Work.Slots=4

        docs/operations.md lists every setting. Exit codes: 0 drained after SIGTERM, or asked to stop before it had joined; 1 it ended by itself,
        the log says why; 2 the settings cannot be used; 5 Redis or the store cannot be reached; 6 no longer a member of its cluster: start it again.
        """;

    public static async Task<int> Run(string[] args)
    {
        var config = new Option<string?>("--config")
        {
            Description = "Settings file (JSON); appsettings.json of the current folder by default, if there is one.",
            HelpName = "file",
        };
        var role = new Option<string?>("--role") { Description = "control (keeps the grains), trainer (computes) or all.", HelpName = "role" };
        var insecure = new Option<bool>("--insecure")
        {
            Description = "Listen on a routable address without TLS all the same: whoever reaches the port can do anything.",
        };
        var plugin = new Option<string[]>("--plugin")
        {
            Description =
                "An assembly of your own (docs/extending.md), the same on all silos of the cluster; more than Work.Plugins. May be repeated.",
            HelpName = "dll",
            DefaultValueFactory = _ => [],
        };
        var set = new Option<string[]>("--set")
        {
            Description = "A setting, e.g. --set Silo.Address=10.0.0.4. May be repeated.",
            HelpName = "Section.Key=value",
            DefaultValueFactory = _ => [],
        };
        var root = new RootCommand(Help) { config, role, insecure, plugin, set };
        root.SetAction(
            async (words, cancellation) =>
            {
                try
                {
                    var overrides = new List<string>(words.GetValue(set)!);
                    overrides.AddRange(words.GetValue(role) is { } named ? [$"Silo.Role={named}"] : []);
                    overrides.AddRange(words.GetValue(insecure) ? ["Security.Insecure=true"] : []);
                    var file = words.GetValue(config) ?? (File.Exists("appsettings.json") ? "appsettings.json" : null);
                    var settings = SettingsChecks.ForSilo(SettingsReader.Read(file, overrides));
                    PluginLoader.Use([.. settings.Work.PluginList, .. words.GetValue(plugin)!]);
                    return await Host(settings, cancellation);
                }
                catch (Exception wrong) when (wrong is SettingsException or SweepException)
                {
                    Console.Error.WriteLine(wrong.Message);
                    return ProcessExit.Usage;
                }
            }
        );
        root.Add(HealthCommand.Create());
        var parsed = root.Parse(args);
        // SIGTERM is the host's own: it drains.
        var code = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
        return parsed.Errors.Count > 0 ? ProcessExit.Usage : code;
    }

    private static async Task<int> Host(SealSettings settings, CancellationToken cancellation)
    {
        using var signals = new StopSignals();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(signals.Asked, cancellation);
        WebApplication? application = null;
        var joined = false;
        int code;
        try
        {
            var store = await StoreFactory.Open(settings.Store, stop.Token);
            await StoreFormat.Claim(store, stop.Token);
            application = ClusterSilo.Build(settings, store, signals);
            AppDomain.CurrentDomain.UnhandledException += application.Services.GetRequiredService<FatalEnd>().OnUnhandled;
            await application.StartAsync(stop.Token);
            joined = true;
            Console.Error.WriteLine(
                $"silo {application.Services.GetRequiredService<SiloIdentity>().Name}: role {settings.Silo.Role}, cluster {settings.Cluster.Id}, "
                    + $"store {StoreFactory.Describe(settings.Store)}"
            );
            await application.WaitForShutdownAsync(CancellationToken.None);
            code = signals.Signal is not null
                ? ProcessExit.Ok
                : Told("The silo ended by itself; the last errors in its log say why.", ProcessExit.Defect);
        }
        catch (Exception failure)
        {
            // Not the linked token: its sources tell the host first, so the start may fail before the link has heard of the signal.
            code = Explain(failure, settings, asked: signals.Signal is not null || cancellation.IsCancellationRequested, joined);
        }

        await Close(application);
        // Leaving the ordinary way while libtorch has threads can crash.
        TorchExit.Now(code);
        return code;
    }

    private static int Explain(Exception failure, SealSettings settings, bool asked, bool joined)
    {
        var code = ProcessExit.Of(failure, asked, Own);
        return code switch
        {
            // Asked to stop before it had joined it has nothing to hand back: a good end, as after draining.
            ProcessExit.Interrupted => ProcessExit.Ok,
            ProcessExit.Usage when PortTrouble(failure) => Told(
                $"The silo cannot listen on {settings.Silo.Address}, ports {settings.Silo.SiloPort} and {settings.Silo.GatewayPort}, or on "
                    + $"{settings.Silo.WebAddress}, port {settings.Silo.WebPort}: "
                    + $"{failure.GetBaseException().Message}. Silo.Address, Silo.SiloPort, Silo.GatewayPort and Silo.WebPort name others.",
                code
            ),
            ProcessExit.Usage => Told(failure.Message, code),
            ProcessExit.Unreachable => Told($"The silo cannot start: {failure.Message}", code),
            _ => Told(joined && asked ? $"Not everything ended in time: {failure.GetBaseException().Message}" : $"The silo failed: {failure}", code),
        };

        int? Own(Exception failure) =>
            failure switch
            {
                SettingsException or InvalidDataException => ProcessExit.Usage,
                _ when PortTrouble(failure) => ProcessExit.Usage,
                StackExchange.Redis.RedisException or Orleans.Runtime.OrleansException when !asked => ProcessExit.Unreachable,
                StackExchange.Redis.RedisException when !joined => ProcessExit.Interrupted,
                _ => null,
            };
    }

    /// <summary>Writes what the log still holds; not for long, whatever hangs.</summary>
    private static async Task Close(WebApplication? application)
    {
        if (application is not null)
        {
            await Task.WhenAny(application.DisposeAsync().AsTask(), Task.Delay(TimeToClose));
        }
    }

    /// <summary>An address that somebody else has or that is not this machine's.</summary>
    private static bool PortTrouble(Exception? failure)
    {
        while (
            failure
                is not (
                    null
                    or SocketException
                    {
                        SocketErrorCode: SocketError.AddressAlreadyInUse or SocketError.AddressNotAvailable or SocketError.AccessDenied
                    }
                )
        )
        {
            failure = failure.InnerException;
        }

        return failure is not null;
    }

    private static int Told(string what, int code)
    {
        Console.Error.WriteLine(what);
        return code;
    }
}
