using Seal.Core.Artifacts;
using Seal.Core.Engines;
using Seal.Grains.Tests.Support;
using Seal.Silo.Storage;

namespace Seal.Grains.Tests.Storage;

/// <summary>Base models that a host fetches from the store: once, whole, and again where the copy or the store let it down.</summary>
public sealed class ModelRegistryTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("seal-models-");
    private readonly FailingStore _store;

    public ModelRegistryTests() => _store = new FailingStore(new DirectoryArtifactStore(Path.Combine(_folder.FullName, "store")));

    [Fact]
    public async Task BaseFolder_StoreThatHiccupsOnce_IsAskedAgain()
    {
        var (hash, registry) = await Uploaded();
        _store.Failures = 1;
        Assert.Throws<IOException>(() => registry.BaseFolder(hash));

        Assert.Equal(hash, ModelFolder.ContentHash(registry.BaseFolder(hash)));
        Assert.Equal(registry.BaseFolder(hash), Assert.Single(Directory.GetDirectories(Cache)));
    }

    [Fact]
    public async Task BaseFolder_CopyThatWasDamaged_IsFetchedAgain()
    {
        var (hash, registry) = await Uploaded();
        var copy = registry.BaseFolder(hash);
        File.WriteAllText(Path.Combine(copy, "model.safetensors"), "cut");

        // Another process, after the power cut.
        var again = new ModelRegistry(_store, Cache).BaseFolder(hash);

        Assert.Equal(hash, ModelFolder.ContentHash(again));
        Assert.Equal(again, Assert.Single(Directory.GetDirectories(Cache)));
    }

    [Fact]
    public async Task BaseFolder_ModelThatIsCutShortInTheStore_IsNeverUsedAndLeavesNothingBehind()
    {
        var (hash, registry) = await Uploaded();
        var blob = (await _store.ListAsync("blobs/"))[0];
        await _store.WriteAsync(blob, "damaged"u8.ToArray(), WriteCondition.Always);

        Assert.Throws<InvalidDataException>(() => registry.BaseFolder(hash));
        Assert.Empty(Directory.GetDirectories(Cache));
    }

    [Fact]
    public async Task Verify_ModelWithAMissingPart_NamesIt()
    {
        await Uploaded();
        Assert.Empty(await Defects());
        var blob = (await _store.ListAsync("blobs/"))[0];
        await _store.DeleteAsync(blob);
        Assert.Equal(blob, Assert.Single(await Defects()).Key);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"job_id":"a","epoch":1,"filet":[]}""")]
    [InlineData("""{"job_id":"a","epoch":1,"files":[null]}""")]
    [InlineData("""{"job_id":"a","epoch":1,"files":[{"name":"x","key":"../../etc/passwd","sha256":"","length":1}]}""")]
    public async Task Verify_ManifestThatIsNone_IsADefectAndNoFailure(string manifest)
    {
        await _store.WriteAsync("jobs/a/1/manifest.json", Manifest(manifest), WriteCondition.Always);
        Assert.Single(await Defects());
    }

    [Fact]
    public async Task Verify_BlobWrittenWhileTheStoreWasListed_IsNoDefect()
    {
        var bytes = "written meanwhile"u8.ToArray();
        var key = ArtifactKey.Blob(ArtifactKey.Sha256(bytes));
        await _store.WriteAsync(
            "jobs/a/1/manifest.json",
            Manifest($$"""{"job_id":"a","epoch":1,"files":[{"name":"x","key":"{{key}}","sha256":"","length":1}]}"""),
            WriteCondition.Always
        );
        _store.AfterList = () => _store.WriteAsync(key, bytes, WriteCondition.Always);
        Assert.Empty(await Defects());
    }

    /// <summary>A whole document, whatever is in it.</summary>
    private static byte[] Manifest(string json) =>
        StoredDocument.Format("manifest", StoredDocument.Version, "0.2.0", System.Text.Encoding.UTF8.GetBytes(json));

    public void Dispose() => _folder.Delete(recursive: true);

    private string Cache => Directory.CreateDirectory(Path.Combine(_folder.FullName, "cache")).FullName;

    private async Task<(string Hash, ModelRegistry Registry)> Uploaded()
    {
        var model = _folder.CreateSubdirectory("model");
        File.WriteAllText(Path.Combine(model.FullName, "config.json"), "{}");
        File.WriteAllText(Path.Combine(model.FullName, "model.safetensors"), "weights");
        var hash = ModelFolder.ContentHash(model.FullName);
        await ModelRegistry.Upload(_store, hash, model.FullName, CancellationToken.None);
        return (hash, new ModelRegistry(_store, Cache));
    }

    private async Task<IReadOnlyList<ArtifactDefect>> Defects()
    {
        var defects = new List<ArtifactDefect>();
        await foreach (var defect in new ArtifactAudit(_store).Verify())
        {
            defects.Add(defect);
        }

        return defects;
    }
}
