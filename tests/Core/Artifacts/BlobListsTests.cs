using Seal.Core.Artifacts;

namespace Seal.Core.Tests.Artifacts;

public sealed class BlobListsTests
{
    private const int Most = 300;

    [Fact]
    public async Task Append_ManyItems_GivesEveryLengthItsOwnListAndLeavesTheEarlierOnes()
    {
        using var folder = new TemporaryFolder();
        var store = new DirectoryArtifactStore(folder.Path);
        var all = await Filled(store, Most);
        // As a process reads it that has nothing in memory.
        foreach (var length in new[] { 0, 1, 2, 3, 7, 64, 255, Most })
        {
            var (documents, reads) = (new DocumentCache(), new CountedStore(store));
            var items = await new BlobLists(documents, reads).Read<string>(all[length]);
            Assert.Equal(Enumerable.Range(0, length).Select(i => $"item {i}"), items);
            Assert.Equal(length, reads.Count);
            Assert.Equal(
                items,
                BlobLists.Read<string>(new DocumentCache(), all[length], sha256 => Blobs.Get(store, sha256).GetAwaiter().GetResult())
            );
        }

        Assert.Equal(["item 298", "item 299"], await new BlobLists(new DocumentCache(), store).Read<string>(all[Most], from: Most - 2));
    }

    [Fact]
    public async Task Prefix_OfALongList_IsTheListThatWasAndCostsFewReads()
    {
        using var folder = new TemporaryFolder();
        var store = new DirectoryArtifactStore(folder.Path);
        var all = await Filled(store, Most);
        for (var count = 0; count <= Most; count++)
        {
            var reads = new CountedStore(store);
            Assert.Equal(all[count], await new BlobLists(new DocumentCache(), reads).Prefix<string>(all[Most], count));
            // Two lengths of jumps up, two down: at most 3 log2(n).
            Assert.True(reads.Count <= 26, $"{count}: {reads.Count} reads");
        }

        Assert.Equal("item 17", (await new BlobLists(new DocumentCache(), store).Read<string>(all[Most], 17))[0]);
    }

    [Fact]
    public async Task Append_ToALongList_WritesOneBlobOfTheSameSizeAndReadsTwoWhereNothingIsKept()
    {
        using var folder = new TemporaryFolder();
        var store = new DirectoryArtifactStore(folder.Path);
        var all = await Filled(store, Most);
        foreach (var length in new[] { 10, 100, Most - 1 })
        {
            var reads = new CountedStore(store);
            Assert.Equal(all[length + 1], await new BlobLists(new DocumentCache(), reads).Append(all[length], $"item {length}"));
            // The two links, and the blob that is there already.
            Assert.True(reads.Count <= 3, $"{reads.Count}");
            Assert.InRange((await store.ReadAsync(ArtifactKey.Blob(all[length + 1].Head!)))!.Bytes.Length, 100, 270);
        }
    }

    [Fact]
    public async Task Append_EqualItems_MakesEqualListsAndOtherItemsOthers()
    {
        using var folder = new TemporaryFolder();
        var store = new DirectoryArtifactStore(folder.Path);
        var (one, two) = (await Filled(store, 5), await Filled(store, 5));
        Assert.Equal(one, two);
        Assert.NotEqual(one[5], await new BlobLists(new DocumentCache(), store).Append(one[4], "another"));
    }

    /// <summary>The lists of all lengths.</summary>
    private static async Task<List<ListRef>> Filled(DirectoryArtifactStore store, int count)
    {
        var lists = new BlobLists(new DocumentCache(), store);
        var all = new List<ListRef> { ListRef.Empty };
        for (var i = 0; i < count; i++)
        {
            all.Add(await lists.Append(all[i], $"item {i}"));
        }

        return all;
    }

    private sealed class CountedStore(IArtifactStore inner) : IArtifactStore
    {
        private int _count;

        /// <summary>Reads so far.</summary>
        public int Count => _count;

        public Task<StoredArtifact?> ReadAsync(string key, CancellationToken cancellation = default)
        {
            Interlocked.Increment(ref _count);
            return inner.ReadAsync(key, cancellation);
        }

        public Task<string> WriteAsync(string key, ReadOnlyMemory<byte> bytes, WriteCondition condition, CancellationToken cancellation = default) =>
            inner.WriteAsync(key, bytes, condition, cancellation);

        public Task DeleteAsync(string key, CancellationToken cancellation = default) => inner.DeleteAsync(key, cancellation);

        public Task<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellation = default) =>
            inner.ListAsync(prefix, cancellation);
    }
}
