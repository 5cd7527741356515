namespace Seal.Cluster.Settings;

/// <summary>Everything a silo or a client of a cluster is told. Sections and keys are those of the settings file.</summary>
public sealed class SealSettings
{
    public ClusterSettings Cluster { get; init; } = new();

    public StoreSettings Store { get; init; } = new();

    public SecuritySettings Security { get; init; } = new();

    public SiloSettings Silo { get; init; } = new();

    public WorkSettings Work { get; init; } = new();
}

/// <summary>Which cluster, and where its members find each other.</summary>
public sealed class ClusterSettings
{
    /// <summary>Silos and clients with the same id form one cluster; several clusters can share a Redis. Default <c>seal</c>.</summary>
    public string Id { get; init; } = "seal";

    /// <summary>Redis with the membership table, as StackExchange.Redis writes it: <c>host:6379,password=…,ssl=true</c>. Required.</summary>
    public string Redis { get; init; } = "";

    /// <summary>A silo whose row has been missing from the membership table for so long ends itself. Default 30 s.</summary>
    public TimeSpan LeaveAfter { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>Where grain state and artifacts are: exactly one of <see cref="Folder"/>, a connection string, or an endpoint.</summary>
public sealed class StoreSettings
{
    /// <summary>A folder; for <em>one</em> silo alone, compare-and-set does not reach over processes.</summary>
    public string? Folder { get; init; }

    public BlobSettings Blob { get; init; } = new();
}

/// <summary>An Azure Blob container.</summary>
public sealed class BlobSettings
{
    /// <summary>The account's connection string. A secret: give it by environment.</summary>
    public string? ConnectionString { get; init; }

    /// <summary><c>https://account.blob.core.windows.net</c>; signed in with the machine's managed identity (or whatever Azure.Identity
    /// finds).</summary>
    public string? Endpoint { get; init; }

    /// <summary>Made if it is not there. Default <c>seal</c>.</summary>
    public string Container { get; init; } = "seal";

    /// <summary>Larger contents go up and come down in pieces of so many bytes. Default 1 MiB.</summary>
    public int BlockSize { get; init; } = 1 << 20;

    /// <summary>How long one request, of one piece at most, may take. Default 20 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(20);
}

/// <summary>Who may connect.</summary>
public sealed class SecuritySettings
{
    /// <summary>PEM file with this process's certificate; its role (silo or client) is in it. All three files or none.</summary>
    public string? Certificate { get; init; }

    /// <summary>PEM file with its private key.</summary>
    public string? Key { get; init; }

    /// <summary>PEM file with the authority that signs silos and clients; with two while one takes over from the other.</summary>
    public string? Authority { get; init; }

    /// <summary>True: listen on a routable address without TLS all the same. Whoever reaches the port can do anything.</summary>
    public bool Insecure { get; init; }

    public bool HasTls => Certificate is not null && Key is not null && Authority is not null;
}

/// <summary>What a silo is.</summary>
public sealed class SiloSettings
{
    /// <summary><c>control</c> keeps the grains, <c>trainer</c> computes, <c>all</c> does both. Default <c>all</c>.</summary>
    public string Role { get; init; } = "all";

    /// <summary>For people; the machine's name with the port by default.</summary>
    public string? Name { get; init; }

    /// <summary>Address to listen on and to be reached under. Loopback by default.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>Port for other silos.</summary>
    public int SiloPort { get; init; } = 11111;

    /// <summary>Port for clients.</summary>
    public int GatewayPort { get; init; } = 30000;

    /// <summary>Port of the health pages, on <see cref="WebAddress"/>; 0 for none.</summary>
    public int WebPort { get; init; } = 8081;

    /// <summary>Address of the health pages and of the page about the sweeps. Loopback by default.</summary>
    public string WebAddress { get; init; } = "127.0.0.1";

    /// <summary>Serve the page about the sweeps at <see cref="WebPort"/>; trainers never do.</summary>
    public bool Page { get; init; } = true;

    /// <summary>What viewers of the page must know to press its buttons, and, where others can reach it without TLS, to see anything. None: it only
    /// reads, and there it is not served. A secret: give it by environment.</summary>
    public string? PageToken { get; init; }

    /// <summary>Count calls for the Orleans Dashboard, and serve it at <c>/dashboard</c> where the page about the sweeps is served. The same on every
    /// silo of the cluster.</summary>
    public bool Dashboard { get; init; }

    /// <summary><c>Debug</c>, <c>Information</c>, <c>Warning</c> …</summary>
    public string LogLevel { get; init; } = "Information";
}

/// <summary>What a silo computes.</summary>
public sealed class WorkSettings
{
    /// <summary>Device slots; one core each on CPU. 0: as many as there are cores.</summary>
    public int Slots { get; init; }

    /// <summary>Where slots compute: <c>cpu</c>, or <c>cuda</c>, <c>cuda:0,cuda:1</c> …, which they take in turn.</summary>
    public string Devices { get; init; } = "cpu";

    /// <summary>Threads of a slot on CPU. Changes no results.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Gradient checkpointing: a third more work in training for a fraction of the memory. Changes no results.</summary>
    public bool Checkpointing { get; init; }

    /// <summary>Some of <c>torch</c> (fp32), <c>torch-bf16</c> and <c>fake</c>, with commas between.</summary>
    public string Engines { get; init; } = "torch";

    /// <summary>Assemblies with domains, proposers, rewards, rules or methods of your own, with commas between; none by default. They run with all
    /// rights of the silo.</summary>
    public string Plugins { get; init; } = "";

    /// <summary>On SIGTERM: how long running jobs may go on before they are handed back.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A job that has shown no progress for this long is stuck: it is given to another slot.</summary>
    public TimeSpan StuckAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The same for the first sign of progress: models have to be loaded first.</summary>
    public TimeSpan FirstStepGrace { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Keep the adapters of so many of a run's best candidates, and of all candidates of its latest phase; 0: keep none, they can be trained again
    /// to the same bytes. The same on all silos. Policies of every round are always kept.
    /// </summary>
    public int KeepAdapters { get; init; }

    /// <summary>A run has so many tasks of a phase under way at once.</summary>
    public int TasksAtOnce { get; init; } = 64;

    /// <summary>Folder for base models fetched from the store.</summary>
    public string ModelCache { get; init; } = Path.Combine(Path.GetTempPath(), "seal-models");

    public IReadOnlyList<string> PluginList => [.. Plugins.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    public IReadOnlyList<string> EngineList => [.. Engines.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
}
