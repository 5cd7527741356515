using Seal.Cluster.Storage;
using Seal.Cluster.Tests.Support;
using Seal.Core.Artifacts;

namespace Seal.Cluster.Tests.Storage;

/// <summary>The container keeps what <see cref="IArtifactStore"/> promises.</summary>
[Collection(WithQuietServers.Name)]
public sealed class BlobArtifactStoreTests(SharedServers servers) : IAsyncLifetime
{
    private readonly string _container = $"store-{Environment.ProcessId}-{Guid.NewGuid():n}"[..40];
    private BlobArtifactStore _store = null!;

    public async Task InitializeAsync()
    {
        if (Tools.Missing is null)
        {
            _store = await servers.Store(_container);
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
    public async Task Read_NothingThere_IsNull()
    {
        Skip.If(Tools.Missing is not null, Tools.Missing);
        Assert.Null(await _store.ReadAsync("a/b"));
    }

    [SkippableFact]
    public async Task Write_UnderEveryCondition_HoldsIt()
    {
        Skip.If(Tools.Missing is not null, Tools.Missing);
        var first = await _store.WriteAsync("a/b", "one"u8.ToArray(), WriteCondition.Absent);
        await Assert.ThrowsAsync<ArtifactConflictException>(() => _store.WriteAsync("a/b", "two"u8.ToArray(), WriteCondition.Absent));
        var second = await _store.WriteAsync("a/b", "two"u8.ToArray(), WriteCondition.Matches(first));
        await Assert.ThrowsAsync<ArtifactConflictException>(() => _store.WriteAsync("a/b", "three"u8.ToArray(), WriteCondition.Matches(first)));

        var read = (await _store.ReadAsync("a/b"))!;
        Assert.Equal("two"u8.ToArray(), read.Bytes);
        Assert.Equal(second, read.Tag);
        await _store.WriteAsync("a/b", "four"u8.ToArray(), WriteCondition.Always);
        Assert.Equal("four"u8.ToArray(), (await _store.ReadAsync("a/b"))!.Bytes);
    }

    [SkippableFact]
    public async Task List_Prefix_GivesItsKeysInOrdinalOrder()
    {
        Skip.If(Tools.Missing is not null, Tools.Missing);
        foreach (var key in new[] { "p/b", "p/a/c", "p/a-d", "q/a" })
        {
            await _store.WriteAsync(key, new byte[1], WriteCondition.Always);
        }

        Assert.Equal(["p/a-d", "p/a/c", "p/b"], await _store.ListAsync("p/"));
        await _store.DeleteAsync("p/b");
        await _store.DeleteAsync("p/b");
        Assert.Equal(["p/a-d", "p/a/c"], await _store.ListAsync("p/"));
    }

    [SkippableFact]
    public async Task Write_ManyWritersWithTheSameTag_ExactlyOneWins()
    {
        Skip.If(Tools.Missing is not null, Tools.Missing);
        var tag = await _store.WriteAsync("race", "0"u8.ToArray(), WriteCondition.Absent);
        var writers = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(async i =>
                {
                    try
                    {
                        await _store.WriteAsync("race", new[] { (byte)i }, WriteCondition.Matches(tag));
                        return i;
                    }
                    catch (ArtifactConflictException)
                    {
                        return -1;
                    }
                })
        );

        var winner = Assert.Single(writers, writer => writer >= 0);
        Assert.Equal([(byte)winner], (await _store.ReadAsync("race"))!.Bytes);
    }

    [SkippableTheory]
    [InlineData("../secret")]
    [InlineData("a//b")]
    [InlineData("A")]
    [InlineData("")]
    public async Task Write_KeyThatIsNone_IsRefused(string key)
    {
        Skip.If(Tools.Missing is not null, Tools.Missing);
        await Assert.ThrowsAsync<ArgumentException>(() => _store.WriteAsync(key, new byte[1], WriteCondition.Always));
    }
}
