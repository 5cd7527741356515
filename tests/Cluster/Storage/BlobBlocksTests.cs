using Seal.Cluster.Settings;
using Seal.Cluster.Storage;
using Seal.Cluster.Tests.Support;
using Seal.Core.Artifacts;
using Seal.Core.Randomness;

namespace Seal.Cluster.Tests.Storage;

/// <summary>Contents that are larger than a block: the same promises, and a slow line only takes longer.</summary>
[Collection(WithQuietServers.Name)]
public sealed class BlobBlocksTests(SharedServers servers) : IAsyncLifetime
{
    private const int Block = 16 << 10;

    private readonly string _container = $"blocks-{Environment.ProcessId}-{Guid.NewGuid():n}"[..40];

    public async Task InitializeAsync()
    {
        if (Tools.Missing is null)
        {
            await servers.Container(_container).CreateAsync();
        }
    }

    public async Task DisposeAsync()
    {
        if (Tools.Missing is null)
        {
            await servers.Container(_container).DeleteIfExistsAsync();
        }
    }

    [SkippableFact]
    public async Task Write_LineTooSlowForTheWholeInOneRequest_IsWrittenAndReadBack()
    {
        Skip.If(Tools.Missing is not null, Tools.Missing);
        // The whole takes 8 s one way and a request may take 4; two blocks at once take half a second.
        await using var line = new SlowLine(servers.BlobPort, bytesPerSecond: 64 << 10);
        var content = Content(1, 32 * Block);
        var store = await Store(line.Port, TimeSpan.FromSeconds(4));

        var tag = await store.WriteAsync("large", content, WriteCondition.Absent);
        var read = (await store.ReadAsync("large"))!;

        Assert.Equal(content, read.Bytes);
        Assert.Equal(tag, read.Tag);
    }

    [SkippableFact]
    public async Task Write_LargeContentUnderEveryCondition_HoldsIt()
    {
        Skip.If(Tools.Missing is not null, Tools.Missing);
        var store = await Store(servers.BlobPort);
        byte[][] contents = [.. Enumerable.Range(0, 4).Select(seed => Content(seed, (3 * Block) + seed))];

        var first = await store.WriteAsync("a/b", contents[0], WriteCondition.Absent);
        await Assert.ThrowsAsync<ArtifactConflictException>(() => store.WriteAsync("a/b", contents[1], WriteCondition.Absent));
        var second = await store.WriteAsync("a/b", contents[1], WriteCondition.Matches(first));
        await Assert.ThrowsAsync<ArtifactConflictException>(() => store.WriteAsync("a/b", contents[2], WriteCondition.Matches(first)));

        var read = (await store.ReadAsync("a/b"))!;
        Assert.Equal(contents[1], read.Bytes);
        Assert.Equal(second, read.Tag);
        await store.WriteAsync("a/b", contents[3], WriteCondition.Always);
        Assert.Equal(contents[3], (await store.ReadAsync("a/b"))!.Bytes);
        await store.WriteAsync("a/b", Array.Empty<byte>(), WriteCondition.Always);
        Assert.Empty((await store.ReadAsync("a/b"))!.Bytes);
    }

    [SkippableFact]
    public async Task Write_AnswersThatGetLost_AreNoConflicts()
    {
        Skip.If(Tools.Missing is not null, Tools.Missing);
        await using var proxy = await FaultProxy.Start(servers.BlobPort, seed: 3);
        var store = await Store(proxy.Port);
        proxy.Lose = 0.3;
        string? tag = null;
        for (var seed = 0; seed < 6; seed++)
        {
            var content = Content(seed, 4 * Block);
            tag = await store.WriteAsync("lossy", content, tag is null ? WriteCondition.Absent : WriteCondition.Matches(tag));
            Assert.Equal(content, (await store.ReadAsync("lossy"))!.Bytes);
        }

        Assert.True(proxy.Lost > 0, $"{proxy}");
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Write_ManyWritersOfOneKey_TheirBlocksAreNotMixed(bool compared)
    {
        Skip.If(Tools.Missing is not null, Tools.Missing);
        var store = await Store(servers.BlobPort);
        byte[][] contents = [.. Enumerable.Range(0, 6).Select(seed => Content(seed, 5 * Block))];

        var wrote = await Task.WhenAll(
            contents.Select(async content =>
            {
                try
                {
                    await store.WriteAsync("race", content, compared ? WriteCondition.Absent : WriteCondition.Always);
                    return true;
                }
                catch (ArtifactConflictException)
                {
                    return false;
                }
            })
        );

        var present = (await store.ReadAsync("race"))!.Bytes;
        var winner = Assert.Single(Enumerable.Range(0, contents.Length), index => contents[index].AsSpan().SequenceEqual(present));
        Assert.True(wrote[winner]);
        Assert.Equal(compared ? 1 : contents.Length, wrote.Count(done => done));
    }

    [SkippableFact]
    public async Task Reporting_EveryPieceThatMoves_IsASignOfLife()
    {
        Skip.If(Tools.Missing is not null, Tools.Missing);
        var signs = 0;
        var store = (await Store(servers.BlobPort)).Reporting(() => Interlocked.Increment(ref signs));

        await store.WriteAsync("large", Content(1, 8 * Block), WriteCondition.Absent);
        var sent = signs;
        await store.ReadAsync("large");

        Assert.True(sent >= 8 && signs - sent >= 8, $"{sent} sent, {signs - sent} received");
    }

    [SkippableFact]
    public async Task Open_ByAClient_MakesNoContainerAndReadsNothing()
    {
        Skip.If(Tools.Missing is not null, Tools.Missing);
        var missing = $"{_container[..30]}-none";
        var settings = new StoreSettings
        {
            Blob = new BlobSettings { ConnectionString = servers.Connection(), Container = missing },
        };

        var store = await StoreFactory.OpenExisting(settings);

        Assert.Null(await store.ReadAsync("a/b"));
        Assert.Empty(await store.ListAsync(""));
        Assert.False(await servers.Container(missing).ExistsAsync());
    }

    private async Task<IArtifactStore> Store(int port, TimeSpan? timeout = null) =>
        await BlobArtifactStore.Open(
            new BlobSettings
            {
                ConnectionString = servers.Connection(port),
                Container = _container,
                BlockSize = Block,
                RequestTimeout = timeout ?? TimeSpan.FromSeconds(20),
            }
        );

    private static byte[] Content(int seed, int length)
    {
        var random = new CounterRandom(new Seed((ulong)seed).Derive("content"));
        return [.. Enumerable.Range(0, length).Select(_ => (byte)random.NextInt(256))];
    }
}
