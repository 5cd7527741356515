using CsCheck;
using Seal.Core.Artifacts;

namespace Seal.Core.Tests.Artifacts;

public sealed class DirectoryArtifactStoreTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("seal-store-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task WriteAsync_Conditions_HoldOrRefuseWithoutWriting()
    {
        var store = new DirectoryArtifactStore(_root);
        var first = await store.WriteAsync("a/b.json", "one"u8.ToArray(), WriteCondition.Absent);
        await Assert.ThrowsAsync<ArtifactConflictException>(() => store.WriteAsync("a/b.json", "two"u8.ToArray(), WriteCondition.Absent));
        var second = await store.WriteAsync("a/b.json", "two"u8.ToArray(), WriteCondition.Matches(first));
        await Assert.ThrowsAsync<ArtifactConflictException>(() => store.WriteAsync("a/b.json", "three"u8.ToArray(), WriteCondition.Matches(first)));
        await Assert.ThrowsAsync<ArtifactConflictException>(() => store.WriteAsync("a/c.json", "three"u8.ToArray(), WriteCondition.Matches(first)));

        var stored = (await store.ReadAsync("a/b.json"))!;
        Assert.Equal("two"u8.ToArray(), stored.Bytes);
        Assert.Equal(second, stored.Tag);
        Assert.Equal(["a/b.json"], await store.ListAsync("a/"));
    }

    [Fact]
    public async Task WriteAsync_CompareAndSetFromManyThreads_LosesNoUpdate()
    {
        var store = new DirectoryArtifactStore(_root);
        await store.WriteAsync("counter", "0"u8.ToArray(), WriteCondition.Absent);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 40),
            async (_, cancellation) =>
            {
                while (true)
                {
                    var present = (await store.ReadAsync("counter", cancellation))!;
                    var next = int.Parse(System.Text.Encoding.ASCII.GetString(present.Bytes), System.Globalization.CultureInfo.InvariantCulture) + 1;
                    try
                    {
                        await store.WriteAsync(
                            "counter",
                            System.Text.Encoding.ASCII.GetBytes($"{next}"),
                            WriteCondition.Matches(present.Tag),
                            cancellation
                        );
                        return;
                    }
                    catch (ArtifactConflictException)
                    {
                        // Somebody was faster: read again.
                    }
                }
            }
        );

        Assert.Equal("40"u8.ToArray(), (await store.ReadAsync("counter"))!.Bytes);
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("a/../b")]
    [InlineData("/absolute")]
    [InlineData("a//b")]
    [InlineData("A")]
    [InlineData(".hidden")]
    [InlineData("a b")]
    [InlineData("")]
    [InlineData("a\\b")]
    [InlineData("ä")]
    public async Task ReadAsync_HostileKey_IsRefused(string key)
    {
        var store = new DirectoryArtifactStore(_root);
        await Assert.ThrowsAsync<ArgumentException>(() => store.ReadAsync(key));
        await Assert.ThrowsAsync<ArgumentException>(() => store.WriteAsync(key, Array.Empty<byte>(), WriteCondition.Always));
    }

    [Fact]
    public void Check_AnyText_AcceptsOnlyWhatStaysInTheStore()
    {
        Gen.String.Sample(
            key =>
            {
                try
                {
                    ArtifactKey.Check(key);
                }
                catch (ArgumentException)
                {
                    return;
                }

                Assert.StartsWith(_root + Path.DirectorySeparatorChar, Path.GetFullPath(Path.Combine(_root, key)), StringComparison.Ordinal);
            },
            iter: 10_000
        );
    }
}
