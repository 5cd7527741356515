using System.Net.Http;
using System.Reflection;
using Seal.EndToEnd.Support;

namespace Seal.Cluster.Tests.Support;

/// <summary>One <c>seal-silo</c>; can be killed and started again on the same ports, as a supervisor would.</summary>
internal sealed class SiloProcess : IDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private static readonly string Program = typeof(SiloProcess)
        .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(attribute => attribute.Key == "SealSilo")
        .Value!;

    private readonly string[] _arguments;
    private readonly string _folder;
    private readonly IReadOnlyDictionary<string, string> _environment;

    /// <summary>A silo on given words and variables alone, with the fake engine and ports of its own.</summary>
    public SiloProcess(string folder, IEnumerable<string> words, IReadOnlyDictionary<string, string> environment)
    {
        (WebPort, SiloPort, GatewayPort) = (Daemon.FreePort(), Daemon.FreePort(), Daemon.FreePort());
        (_folder, _environment) = (folder, environment);
        string[] pairs =
        [
            $"Silo.SiloPort={SiloPort}",
            $"Silo.GatewayPort={GatewayPort}",
            $"Silo.WebPort={WebPort}",
            "Silo.LogLevel=Warning",
            "Work.Engines=fake",
            "Work.Slots=1",
        ];
        _arguments = [Program, .. words, .. pairs.SelectMany(pair => new[] { "--set", pair })];
        Process = Launch();
    }

    /// <param name="folder">Current folder of the process.</param>
    /// <param name="config">Its settings file.</param>
    /// <param name="set">Settings beside the file's.</param>
    /// <param name="environment">Variables beside this process's.</param>
    /// <param name="program">Another build's <c>seal-silo.dll</c>; null for this one's.</param>
    public SiloProcess(
        string folder,
        string config,
        IReadOnlyList<string> set,
        IReadOnlyDictionary<string, string> environment,
        string? program = null
    )
    {
        (WebPort, SiloPort, GatewayPort) = (Daemon.FreePort(), Daemon.FreePort(), Daemon.FreePort());
        _folder = folder;
        _environment = environment;
        string[] pairs = [$"Silo.SiloPort={SiloPort}", $"Silo.GatewayPort={GatewayPort}", $"Silo.WebPort={WebPort}", "Silo.LogLevel=Warning", .. set];
        _arguments = [program ?? Program, "--config", config, .. pairs.SelectMany(pair => new[] { "--set", pair })];
        Process = Launch();
    }

    public int WebPort { get; }

    public int SiloPort { get; }

    public int GatewayPort { get; }

    public Daemon Process { get; private set; }

    /// <summary>Waits until it is a member and its store answers.</summary>
    public Task Ready() =>
        Process.Until(async () =>
        {
            using var answer = await Http.GetAsync(new Uri($"http://127.0.0.1:{WebPort}/health/ready"));
            return answer.IsSuccessStatusCode;
        });

    /// <summary>What a health page says: its status and its line.</summary>
    public async Task<(int Status, string Line)> Health(string page)
    {
        using var answer = await Http.GetAsync(new Uri($"http://127.0.0.1:{WebPort}/health/{page}"));
        return ((int)answer.StatusCode, (await answer.Content.ReadAsStringAsync()).Trim());
    }

    public void Restart()
    {
        Process.Dispose();
        Process = Launch();
    }

    /// <summary>Starts it again whenever it has ended, as a supervisor would.</summary>
    public async Task Supervise(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            if (Process.HasExited)
            {
                Restart();
            }

            await Task.Delay(200, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => Process.Dispose();

    private Daemon Launch() => new(System.Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", _arguments, _folder, _environment);
}
