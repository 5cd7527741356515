using Seal.Cluster.Tests.Support;
using Seal.Core.Artifacts;
using Seal.EndToEnd.Support;

namespace Seal.Soak.Builds;

/// <summary>Silos of one build with consoles, stores and silos of another.</summary>
internal sealed class ClusterMixes(OtherBuild old, OtherBuild next, Trial trial)
{
    private const int Before = 4;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);
    private static readonly string Sweep = Repository.Sweep("tiny-fake.toml");

    public async Task Run(CancellationToken cancellation)
    {
        if (Tools.Redis is null || Tools.Azurite is null)
        {
            trial.Check("silos of several builds", holds: false, "Redis or Azurite is missing; .ci/run installs both.");
            return;
        }

        await using var servers = new Servers();
        await servers.Start();
        await NewConsoleOnAnOldSilo(servers);
        await OldConsoleOnANewSilo(servers);
        await NewSiloOnAnOldStore(servers);
        await OldSiloOnANewStore(servers);
        await RollingUpgrade(servers, cancellation);
    }

    private async Task NewConsoleOnAnOldSilo(Servers servers)
    {
        await using var cluster = await TestCluster.Start(servers, 0);
        cluster.Add([], program: old.Silo);
        await cluster.Ready();
        foreach (var words in new string[][] { ["run", Sweep], ["sweep", "silos"] })
        {
            var exit = await cluster.SealToExit(words);
            trial.Check(
                $"new console, old silo: {string.Join(' ', words)} is refused by name",
                exit.Code == 4 && exit.Err.Contains("before 0.2.0", StringComparison.Ordinal),
                $"{exit}\n{cluster.Logs()}"
            );
        }
    }

    private async Task OldConsoleOnANewSilo(Servers servers)
    {
        await using var cluster = await TestCluster.Start(servers, 1, Step);
        await Interrupted(cluster, null);
        var before = await Contents(cluster);
        var exit = await SealProcess.Run(["run", Sweep, "--cluster", cluster.Config], console: old.Console);
        trial.Check("old console, new silo: run is refused", exit.Code is not 0 and < 128, $"{exit}\n{cluster.Logs()}");
        await Same("old console, new silo", cluster, before);
    }

    private async Task NewSiloOnAnOldStore(Servers servers)
    {
        await using var cluster = await TestCluster.Start(servers, 0, Step);
        var silo = cluster.Add([], program: old.Silo);
        await cluster.Ready();
        await Interrupted(cluster, old.Console);
        silo.Process.Signal(Posix.Kill);
        await silo.Process.Exit();
        var before = await Contents(cluster);
        var mine = cluster.Add([]);
        var code = await mine.Process.Exit();
        trial.Check(
            "new silo, old store: ends by name",
            code == 2 && mine.Process.Log.Contains("before 0.2.0", StringComparison.Ordinal),
            $"exit {code}\n{mine.Process.Log}"
        );
        await Same("new silo, old store", cluster, before);
    }

    private async Task OldSiloOnANewStore(Servers servers)
    {
        await using var cluster = await TestCluster.Start(servers, 1, Step);
        await Interrupted(cluster, null);
        cluster.Silos[0].Process.Signal(Posix.Kill);
        await cluster.Silos[0].Process.Exit();
        var before = await Contents(cluster);
        var silo = cluster.Add([], program: old.Silo);
        await silo.Ready();
        var exit = await SealProcess.Run(["sweep", "resume", "tiny-fake", "--cluster", cluster.Config], console: old.Console);
        trial.Check("old silo, new store: resume is refused", exit.Code is not 0 and < 128, $"{exit}\n{cluster.Logs()}");
        await Same("old silo, new store", cluster, before);
    }

    /// <summary>A silo of the next build joins, this build's leaves: the sweep waits or goes on, and ends in the same bytes.</summary>
    private async Task RollingUpgrade(Servers servers, CancellationToken cancellation)
    {
        await using var cluster = await TestCluster.Start(servers, 1, Step);
        await Interrupted(cluster, null);
        var joining = cluster.Add([], program: next.Silo);
        await joining.Ready();
        cluster.Silos[0].Process.Signal(Posix.Terminate);
        await cluster.Silos[0].Process.Exit();
        var mine = await cluster.SealToExit("run", Sweep);
        trial.Check(
            "this console, silo of the next build: refused by name",
            mine.Code == 4 && mine.Err.Contains("speaks messages", StringComparison.Ordinal),
            $"{mine}\n{cluster.Logs()}"
        );
        var exit = await SealProcess.Run(["run", Sweep, "--cluster", cluster.Config, "--json"], console: next.Console);
        cancellation.ThrowIfCancellationRequested();
        var expected = KnownResult.All.Single(known => known is { Sweep: "tiny-fake", Set: null }).Sha256;
        var found = exit.Code == 0 ? await cluster.Report(exit) : "none";
        trial.Check(
            "rolling upgrade, finished by the next build: equal bytes",
            found == expected,
            $"{found} instead of {expected}\n{exit}\n{cluster.Logs()}"
        );
    }

    /// <summary>A sweep on its way; the console leaves it.</summary>
    private static async Task Interrupted(TestCluster cluster, string? console)
    {
        using var run = SealProcess.Start(["run", Sweep, "--cluster", cluster.Config], console: console);
        await cluster.UntilCommitted(Before, run);
        run.Signal(Posix.Kill);
        await run.Exit();
    }

    private async Task Same(string what, TestCluster cluster, IReadOnlyDictionary<string, string> before)
    {
        // A silo of its own build may go on with its sweep; what another build left must be there as it was, or finished by its own silos.
        var after = await Contents(cluster);
        var lost = before.Where(item => !after.TryGetValue(item.Key, out var header) || header != item.Value).Select(item => item.Key).ToArray();
        trial.Check($"{what}: no document changes its format or goes", lost.Length == 0, string.Join('\n', lost));
    }

    /// <summary>Every document's format: the start of its first line.</summary>
    private static async Task<IReadOnlyDictionary<string, string>> Contents(TestCluster cluster)
    {
        var store = await cluster.Store();
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var key in await store.ListAsync(""))
        {
            if (await store.ReadAsync(key) is { } stored)
            {
                found[key] =
                    key.StartsWith("blobs/", StringComparison.Ordinal) ? "blob"
                    : StoredDocument.HeaderOf(stored.Bytes) is { } header ? $"{header.Version} {header.Kind}"
                    : "plain";
            }
        }

        return found;
    }
}
