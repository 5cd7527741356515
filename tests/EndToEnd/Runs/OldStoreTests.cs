using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Seal.EndToEnd.Support;

namespace Seal.EndToEnd.Runs;

/// <summary>Stores as the last build without versions left them (<c>OldStores</c>): refused by name, and left byte for byte as they are.</summary>
public sealed class OldStoreTests
{
    [Theory]
    [InlineData("tiny-fake", "interrupted")]
    [InlineData("tiny-fake", "finished")]
    [InlineData("tiny-table", "interrupted")]
    [InlineData("tiny-table", "finished")]
    [InlineData("soak", "interrupted")]
    [InlineData("soak", "finished")]
    public async Task Run_InAStoreOfAnOlderBuild_IsRefusedByNameAndChangesNothing(string sweep, string state)
    {
        using var folder = new TemporaryFolder();
        var store = Unpack(folder, $"{sweep}-{state}");
        var before = Contents(store);

        var exit = await SealProcess.Run(["run", Repository.Sweep($"{sweep}.toml"), "--store", store]);

        Refused(exit);
        Assert.Equal(before, Contents(store));
    }

    [Theory]
    [InlineData("sweep", "list")]
    [InlineData("sweep", "status")]
    [InlineData("sweep", "resume", "tiny-fake")]
    [InlineData("artifacts", "verify")]
    public async Task Look_IntoAStoreOfAnOlderBuild_IsRefusedByNameAndChangesNothing(params string[] verb)
    {
        using var folder = new TemporaryFolder();
        var store = Unpack(folder, "tiny-fake-finished");
        var before = Contents(store);

        Refused(await SealProcess.Run([.. verb, "--store", store]));

        Assert.Equal(before, Contents(store));
    }

    [Fact]
    public async Task Compare_OfWhatAnOlderBuildFinished_WithTheSameSweepOfThisOne_FindsNoDifference()
    {
        using var folder = new TemporaryFolder();
        var old = Path.Combine(Unpack(folder, "tiny-fake-finished"), "sweeps", "tiny-fake", "results.json");
        var mine = new SweepRun(Repository.Sweep("tiny-fake.toml"), folder.At("mine"));
        await mine.ToEnd();

        var exit = await SealProcess.Run(["compare", old, Path.Combine(mine.Store, "sweeps", "tiny-fake", "results.json"), "--json"]);

        Assert.True(exit.Code == 0, exit.ToString());
        Assert.Equal(File.ReadAllBytes(old), File.ReadAllBytes(Path.Combine(mine.Store, "sweeps", "tiny-fake", "results.json")));
    }

    private static void Refused(SealExit exit)
    {
        Assert.True(exit.Code == 4, exit.ToString());
        Assert.Contains("a build before 0.2.0 wrote them", exit.Err, StringComparison.Ordinal);
        Assert.Contains("or start over in another --store", exit.Err, StringComparison.Ordinal);
    }

    private static string Unpack(TemporaryFolder folder, string name)
    {
        var store = Directory.CreateDirectory(folder.At("old")).FullName;
        using var packed = File.OpenRead(Path.Combine(Repository.Root, "tests", "EndToEnd", "OldStores", $"{name}.tar.gz"));
        using var tar = new GZipStream(packed, CompressionMode.Decompress);
        TarFile.ExtractToDirectory(tar, store, overwriteFiles: false);
        return store;
    }

    /// <summary>Every file with its hash.</summary>
    private static string[] Contents(string store) =>
        [
            .. Directory
                .EnumerateFiles(store, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(path => $"{Path.GetRelativePath(store, path)} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))}"),
        ];
}
