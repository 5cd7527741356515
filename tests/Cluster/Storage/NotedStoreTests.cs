using Microsoft.Extensions.Time.Testing;
using Seal.Cluster.Storage;
using Seal.Cluster.Tests.Support;
using Seal.Core.Artifacts;
using Seal.EndToEnd.Support;

namespace Seal.Cluster.Tests.Storage;

public sealed class NotedStoreTests
{
    [Fact]
    public async Task Write_ThatFailsAndThenSucceeds_IsAProblemInBetween()
    {
        using var folder = new TemporaryFolder();
        var time = new FakeTimeProvider();
        var store = new NotedStore(new DirectoryArtifactStore(folder.At("store")), time);
        Assert.Null(store.Since);

        // A folder of the store that is a file: everything below it is refused, all else is read and written.
        folder.Write("store/blobs", "");
        await Assert.ThrowsAnyAsync<IOException>(() => store.WriteAsync("blobs/a", new byte[1], WriteCondition.Always));
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.NotNull(store.Problem);
        Assert.Equal(TimeSpan.FromSeconds(3), store.Since);

        await store.WriteAsync("health", new byte[1], WriteCondition.Absent);
        Assert.Null(store.Problem);
        await Assert.ThrowsAsync<ArtifactConflictException>(() => store.WriteAsync("health", new byte[1], WriteCondition.Absent));
        Assert.Null(store.Problem);
    }
}
