using System.Security.Cryptography;
using System.Text.Json;
using Seal.Client.Fetching;
using Seal.Client.Tests.Support;
using Seal.Core.Engines;

namespace Seal.Client.Tests.Fetching;

/// <summary>A hub on this machine that speaks the real one's interface, and a folder to load its model into.</summary>
public abstract class FetchTests : IAsyncLifetime, IDisposable
{
    private protected const string Weights = "model.safetensors";

    private protected TemporaryFolder Root { get; } = new();
    private protected ImpatientTime Time { get; } = new();
    private protected List<string> Lines { get; } = [];
    private protected FakeHub Hub { get; private set; } = null!;

    private protected string Folder => Root.At("tiny");

    public async Task InitializeAsync() => Hub = await FakeHub.Start();

    public async Task DisposeAsync() => await Hub.DisposeAsync();

    public void Dispose()
    {
        Root.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected void AssertNames(IEnumerable<string> names) =>
        Assert.Equal(names.Order(StringComparer.Ordinal), Names().Order(StringComparer.Ordinal));

    private protected static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private protected void Shard(params string[] names)
    {
        Hub.Files.Remove(Weights);
        Array.ForEach(names, name => Hub.Add(name, FakeHub.Noise(1000)));
        var map = names.Select((name, i) => (Key: $"t{i}", name)).ToDictionary(entry => entry.Key, entry => entry.name);
        Hub.Add("model.safetensors.index.json", JsonSerializer.Serialize(new { weight_map = map }));
    }

    private protected byte[] Loaded() => File.ReadAllBytes(Path.Combine(Folder, Weights));

    private protected IEnumerable<string> Names() => Directory.EnumerateFileSystemEntries(Folder).Select(path => Path.GetFileName(path)!);

    /// <summary>Ends a download amid the weights, as Ctrl-C does.</summary>
    /// <returns>Bytes that are kept.</returns>
    private protected async Task<long> Stopped()
    {
        using var stop = new CancellationTokenSource();
        Hub.Break(Weights, 1_000_000, then: () => WhenMoreThan(0, stop.Cancel));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Fetch(cancellation: stop.Token));
        return new FileInfo(Path.Combine(Folder, Weights + FileDownload.Suffix)).Length;
    }

    /// <summary>Waits until that many bytes of the weights are written: what a server sent may still be lost on the way.</summary>
    private protected void WhenMoreThan(long bytes, Action then)
    {
        var part = Path.Combine(Folder, Weights + FileDownload.Suffix);
        SpinWait.SpinUntil(() => File.Exists(part) && new FileInfo(part).Length > bytes, TimeSpan.FromMinutes(1));
        then();
    }

    private protected async Task<FetchedModel> Fetch(
        string revision = "main",
        string? token = null,
        string repository = FakeHub.Repository,
        CancellationToken cancellation = default
    )
    {
        using var connection = HubConnection.Open(Hub.Endpoint, token, Time);
        return await Fetch(connection, new HubModel(repository, revision), null, cancellation);
    }

    private protected async Task<FetchedModel> FetchWith(long room)
    {
        using var connection = HubConnection.Open(Hub.Endpoint, null, Time);
        return await Fetch(connection, new HubModel(FakeHub.Repository, "main"), room, CancellationToken.None);
    }

    private protected Task<FetchedModel> Fetch(HubConnection connection, HubModel model, long? room, CancellationToken cancellation) =>
        new ModelFetch(connection, Folder, Time, Lines.Add, _ => room).Run(model, cancellation);

    private protected Task<CommandException> Refused(string revision = "main", string? token = null, string repository = FakeHub.Repository) =>
        Assert.ThrowsAsync<CommandException>(() => Fetch(revision, token, repository));
}
