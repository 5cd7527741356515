using System.CommandLine;
using Seal.Cluster.Settings;
using Seal.Cluster.Storage;
using Seal.Models.Engine;
using Seal.SiloHost.Health;
using Seal.SiloHost.Hosting;

namespace Seal.SiloHost;

/// <summary>The command line of <c>seal-silo</c>.</summary>
internal static class SiloProgram
{
    private const int Usage = 2;
    private const int Unreachable = 5;

    private const string Help = """
        seal-silo: a member of a Seal.Orleans cluster. Settings come from a file, then the environment, then --set; the later wins. For example:

          SEAL__CLUSTER__REDIS=localhost:6379 SEAL__STORE__BLOB__CONNECTIONSTRING=UseDevelopmentStorage=true seal-silo --role all
          seal-silo --config silo.json --role trainer --set Work.Slots=4

        docs/operations.md lists every setting. Exit codes: 0 drained after SIGTERM; 2 the settings cannot be used; 5 Redis or the store cannot be reached.
        """;

    public static Task<int> Run(string[] args)
    {
        var config = new Option<string?>("--config") { Description = "Settings file (JSON); appsettings.json of the current folder by default, if there is one.", HelpName = "file" };
        var role = new Option<string?>("--role") { Description = "control (keeps the grains), trainer (computes) or all.", HelpName = "role" };
        var insecure = new Option<bool>("--insecure") { Description = "Listen on a routable address without TLS all the same: whoever reaches the port can do anything." };
        var set = new Option<string[]>("--set") { Description = "A setting, e.g. --set Silo.Address=10.0.0.4. May be repeated.", HelpName = "Section.Key=value", DefaultValueFactory = _ => [] };
        var root = new RootCommand(Help) { config, role, insecure, set };
        root.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                var overrides = new List<string>(parsed.GetValue(set)!);
                overrides.AddRange(parsed.GetValue(role) is { } named ? [$"Silo.Role={named}"] : []);
                overrides.AddRange(parsed.GetValue(insecure) ? ["Security.Insecure=true"] : []);
                var file = parsed.GetValue(config) ?? (File.Exists("appsettings.json") ? "appsettings.json" : null);
                return await Host(SettingsChecks.ForSilo(SettingsReader.Read(file, overrides)), cancellation);
            }
            catch (SettingsException wrong)
            {
                Console.Error.WriteLine(wrong.Message);
                return Usage;
            }
        });
        root.Add(HealthCommand.Create());
        // SIGTERM is the host's own: it drains.
        return root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static async Task<int> Host(SealSettings settings, CancellationToken cancellation)
    {
        try
        {
            var store = await StoreFactory.Open(settings.Store, cancellation);
            var application = ClusterSilo.Build(settings, store);
            await application.StartAsync(cancellation);
            Console.Error.WriteLine(
                $"silo {application.Services.GetRequiredService<SiloIdentity>().Name}: role {settings.Silo.Role}, cluster {settings.Cluster.Id}, store {StoreFactory.Describe(settings.Store)}");
            await application.WaitForShutdownAsync(CancellationToken.None);
            await application.DisposeAsync();
        }
        catch (Exception refused) when (refused is IOException or StackExchange.Redis.RedisConnectionException or Orleans.Runtime.OrleansException)
        {
            Console.Error.WriteLine($"The silo cannot start: {refused.Message}");
            Leave(Unreachable);
        }

        Leave(0);
        return 0;
    }

    /// <summary>Leaving the ordinary way while libtorch has threads can crash.</summary>
    private static void Leave(int code)
    {
        Console.Out.Flush();
        Console.Error.Flush();
        TorchExit.Now(code);
    }
}
