using System.Text.Json;
using Seal.Cluster.Storage;
using Seal.Core.Artifacts;
using Seal.EndToEnd.Support;

namespace Seal.Cluster.Tests.Support;

/// <summary>Silos as processes of their own on the fake engine, over the shared servers, under a cluster id and a container of their own.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private static int _clusters;

    private readonly TemporaryFolder _folder = new();
    private readonly List<SiloProcess> _silos = [];
    private readonly Dictionary<string, string> _environment = [];

    private TestCluster(Servers servers, int? blobPort)
    {
        Servers = servers;
        Id = $"test-{System.Environment.ProcessId}-{Interlocked.Increment(ref _clusters)}";
        Config = _folder.Write(
            "cluster.json",
            JsonSerializer.Serialize(
                new
                {
                    Cluster = new { Id, servers.Redis },
                    Store = new { Blob = new { ConnectionString = servers.Connection(blobPort), Container = Id } },
                }
            )
        );
    }

    public Servers Servers { get; }

    public string Id { get; }

    /// <summary>The settings file for clients.</summary>
    public string Config { get; }

    public IReadOnlyList<SiloProcess> Silos => _silos;

    public static async Task<TestCluster> Start(
        Servers servers,
        int silos,
        TimeSpan fakeStep = default,
        IReadOnlyDictionary<string, string>? environment = null,
        int? blobPort = null,
        IReadOnlyList<string>? set = null
    )
    {
        var cluster = new TestCluster(servers, blobPort);
        if (fakeStep > TimeSpan.Zero)
        {
            cluster._environment["SEAL_FAKE_STEP_MS"] = $"{fakeStep.TotalMilliseconds:0}";
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            cluster._environment[name] = value;
        }

        for (var silo = 0; silo < silos; silo++)
        {
            cluster.Add(set ?? []);
        }

        await cluster.Ready();
        return cluster;
    }

    public SiloProcess Add(IReadOnlyList<string> set, IReadOnlyDictionary<string, string>? environment = null, string? program = null)
    {
        var all = new Dictionary<string, string>(_environment);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            all[name] = value;
        }

        // Two slots each; fast patience with stuck steps so that tests need not wait for minutes.
        var silo = new SiloProcess(_folder.Path, Config, ["Work.Engines=fake", "Work.Slots=2", .. set], all, program);
        _silos.Add(silo);
        return silo;
    }

    public Task Ready() => Task.WhenAll(_silos.Select(silo => silo.Ready()));

    public Task<BlobArtifactStore> Store() => Servers.Store(Id);

    /// <summary>A console command on this cluster.</summary>
    public SealProcess Seal(params string[] words) => SealProcess.Start([.. words, "--cluster", Config]);

    public async Task<SealExit> SealToExit(params string[] words)
    {
        using var process = Seal(words);
        return await process.Exit();
    }

    /// <summary>Candidates whose outcome is committed: key and bytes of their state. None of these may ever change again.</summary>
    public async Task<SortedDictionary<string, string>> Committed()
    {
        var store = await Store();
        var committed = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var key in await store.ListAsync("grains/candidate/"))
        {
            var text = System.Text.Encoding.UTF8.GetString((await store.ReadAsync(key))!.Bytes);
            using var state = JsonDocument.Parse(text.AsMemory(text.IndexOf('\n') + 1));
            if (state.RootElement.GetProperty("outcome").ValueKind != JsonValueKind.Null)
            {
                committed.Add(key, text);
            }
        }

        return committed;
    }

    /// <summary>Waits until so many candidates are committed.</summary>
    public async Task UntilCommitted(int candidates, SealProcess watching)
    {
        var watch = new StoreWatch(Servers.Container(Id));
        while (true)
        {
            // Before the look: what a console that has ended has committed is there to be seen.
            var hasExited = watching.HasExited;
            await watch.Look();
            if (watch.Committed >= candidates)
            {
                return;
            }

            if (hasExited)
            {
                throw new InvalidOperationException($"The console ended before {candidates} candidates were committed:\n{watching.Err}\n{Logs()}");
            }

            await Task.Delay(50);
        }
    }

    /// <summary>The sweep's <c>reportSha256</c> as the console said and the hash of <c>results.json</c> in the store, which must be the
    /// same.</summary>
    public async Task<string> Report(SealExit exit)
    {
        if (exit.Code != 0)
        {
            throw new InvalidOperationException($"The sweep did not end well: {exit}\n{Logs()}");
        }

        using var document = JsonDocument.Parse(exit.Out);
        var sweep = document.RootElement.GetProperty("sweep").GetString();
        var told = document.RootElement.GetProperty("reportSha256").GetString();
        var stored = await (await Store()).ReadAsync($"sweeps/{sweep}/results.json");
        var hash = ArtifactKey.Sha256(stored!.Bytes);
        return told == hash ? hash : throw new InvalidOperationException($"The console said {told}, the store has {hash}.");
    }

    public string Logs() => string.Join('\n', _silos.Select(silo => $"--- silo {silo.SiloPort}\n{silo.Process.Log}"));

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos)
        {
            silo.Dispose();
        }

        await Servers.Container(Id).DeleteIfExistsAsync();
        _folder.Dispose();
    }
}
