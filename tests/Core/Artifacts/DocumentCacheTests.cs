using Seal.Core.Artifacts;
using Seal.Core.Json;

namespace Seal.Core.Tests.Artifacts;

public sealed class DocumentCacheTests
{
    [Fact]
    public void Get_Again_ReadsOnce()
    {
        var (cache, reads) = (new DocumentCache(), new List<string>());
        var sha256 = SealJson.Hash(Words("a"));

        var first = cache.Get<List<string>>(sha256, Read("a", reads));
        Assert.Equal(["a"], first);
        Assert.Same(first, cache.Get<List<string>>(sha256, Read("a", reads)));
        Assert.Equal([sha256], reads);
    }

    [Fact]
    public void Get_MoreThanFits_ForgetsTheOneThatWasUsedLongestAgo()
    {
        var bytes = SealJson.ToBytes(Words("a")).Length;
        var (cache, reads) = (new DocumentCache(2 * bytes), new List<string>());
        foreach (var word in new[] { "a", "b", "a", "c", "a", "b" })
        {
            cache.Get<List<string>>(SealJson.Hash(Words(word)), Read(word, reads));
        }

        Assert.Equal(new[] { "a", "b", "c", "b" }.Select(word => SealJson.Hash(Words(word))), reads);
    }

    [Fact]
    public void Get_LargerThanTheCache_IsReadEveryTimeAndDrivesNothingOut()
    {
        var bytes = SealJson.ToBytes(Words("a")).Length;
        var (cache, reads) = (new DocumentCache(bytes), new List<string>());
        foreach (var word in new[] { "a", "large", "large", "a" })
        {
            cache.Get<List<string>>(SealJson.Hash(Words(word)), Read(word, reads));
        }

        Assert.Equal(new[] { "a", "large", "large" }.Select(word => SealJson.Hash(Words(word))), reads);
    }

    [Fact]
    public async Task Get_MissingOrDamaged_NamesTheBlob()
    {
        using var folder = new TemporaryFolder();
        var (cache, store) = (new DocumentCache(), new DirectoryArtifactStore(folder.Path));
        var sha256 = SealJson.Hash(Words("a"));
        Assert.Contains(
            $"{ArtifactKey.Blob(sha256)} is missing",
            (await Assert.ThrowsAsync<InvalidDataException>(async () => await cache.Get<List<string>>(store, sha256))).Message,
            StringComparison.Ordinal
        );

        await store.WriteAsync(ArtifactKey.Blob(sha256), new byte[] { 1 }, WriteCondition.Always);
        Assert.Contains(
            $"{ArtifactKey.Blob(sha256)} is damaged",
            (await Assert.ThrowsAsync<InvalidDataException>(async () => await cache.Get<List<string>>(store, sha256))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Get_AnotherKindOfDocument_IsRefusedByName()
    {
        using var folder = new TemporaryFolder();
        var (cache, store) = (new DocumentCache(), new DirectoryArtifactStore(folder.Path));
        var sha256 = await cache.Put(store, Words("a"));

        var refusal = await Assert.ThrowsAsync<InvalidDataException>(async () => await cache.Get<Dictionary<string, string>>(store, sha256));
        Assert.Contains($"{ArtifactKey.Blob(sha256)}: was written by another build", refusal.Message, StringComparison.Ordinal);

        // One with a member more is named by that member.
        var newer = await Blobs.Put(store, "{\"count\":0,\"head\":null,\"tail\":1}"u8.ToArray());
        var unknown = await Assert.ThrowsAsync<InvalidDataException>(async () => await cache.Get<ListRef>(store, newer));
        Assert.Contains($"{ArtifactKey.Blob(newer)}: was written by a newer build: key tail", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Put_Again_WritesOnceAndIsThereForTheNextProcess()
    {
        using var folder = new TemporaryFolder();
        var store = new DirectoryArtifactStore(folder.Path);
        var cache = new DocumentCache();
        var sha256 = await cache.Put(store, Words("a"));
        File.SetLastWriteTimeUtc(Path.Combine(folder.Path, ArtifactKey.Blob(sha256)), DateTime.UnixEpoch);

        Assert.Equal(sha256, await cache.Put(store, Words("a")));
        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(Path.Combine(folder.Path, ArtifactKey.Blob(sha256))));
        Assert.Equal(["a"], await new DocumentCache().Get<List<string>>(store, sha256));
    }

    private static List<string> Words(string word) => [word];

    private static Func<string, byte[]> Read(string word, List<string> reads) =>
        sha256 =>
        {
            reads.Add(sha256);
            return SealJson.ToBytes(Words(word));
        };
}
