using System.Text;
using Seal.Core.Artifacts;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Versions;

namespace Seal.Core.Tests.Artifacts;

/// <summary>What a store reads back is what was written, by a build that this one understands; everything else is refused by name.</summary>
public sealed class StoredDocumentTests : IDisposable
{
    private const string Key = "jobs/sweep/run/train-1/task/1/manifest.json";

    private readonly string _root = Directory.CreateTempSubdirectory("seal-").FullName;

    private static readonly JobManifest Manifest = new(
        "sweep/run/train-1/task",
        1,
        [new ArtifactFile("adapter.safetensors", "blobs/ab/abcd", "abcd", 3)]
    );

    [Fact]
    public void Format_OfADocument_NamesFormatKindAndBuildBeforeTheJson()
    {
        var lines = Encoding.UTF8.GetString(StoredDocument.Format(Manifest)).Split('\n');

        Assert.StartsWith($"seal 2 manifest {SealBuild.Id} ", lines[0], StringComparison.Ordinal);
        Assert.Equal(SealJson.ToText(Manifest), lines[1]);
    }

    [Fact]
    public void Parse_OfWhatWasFormatted_GivesTheDocument() =>
        Assert.Equal(SealJson.ToText(Manifest), SealJson.ToText(StoredDocument.Parse<JobManifest>(Key, StoredDocument.Format(Manifest))));

    [Fact]
    public void Parse_WithAMemberThatThisBuildDoesNotKnow_NamesKeyAndBuild()
    {
        var json = SealJson.ToText(Manifest).Replace("\"length\":3", "\"length\":3,\"tokens\":\"choices\"", StringComparison.Ordinal);

        var refusal = Refusal(StoredDocument.Format("manifest", 2, "0.9.0+abc", Encoding.UTF8.GetBytes(json)));

        Assert.Contains("written by a newer build (0.9.0+abc): key files[0].tokens is not known to this build", refusal, StringComparison.Ordinal);
        Assert.StartsWith($"{Key}: ", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_OfANewerFormat_NamesBuildAndFormats()
    {
        var refusal = Refusal(StoredDocument.Format("manifest", 3, "1.0.0+abc", SealJson.ToBytes(Manifest)));

        Assert.Contains("written by a newer build (1.0.0+abc) in format 3", refusal, StringComparison.Ordinal);
        Assert.Contains("reads format 2", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_OfTheFormatWithoutVersions_SaysThatTheBuildIsOlder()
    {
        var json = SealJson.ToBytes(Manifest);
        byte[] document = [.. Encoding.ASCII.GetBytes(ArtifactKey.Sha256(json) + "\n"), .. json];

        Assert.Contains("was written by a build before 0.2.0 in format 1", Refusal(document), StringComparison.Ordinal);
        Assert.True(StoredDocument.IsWhole(document));
    }

    [Fact]
    public void Parse_OfAnotherKindOfDocument_IsRefused() =>
        Assert.Contains(
            "'store' where one of kind 'manifest' belongs",
            Refusal(StoredDocument.Format(new StoreFormat("x"))),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("{\"job_id\":\"a\",\"epoch\":1}")]
    [InlineData("{\"job_id\":null,\"epoch\":1,\"files\":[]}")]
    [InlineData("{\"job_id\":\"a\",\"epoch\":1,\"epoch\":2,\"files\":[]}")]
    [InlineData("null")]
    public void Parse_WithAMemberMissingNullOrTwice_IsRefused(string json) =>
        Assert.Contains(
            "does not fit this one",
            Refusal(StoredDocument.Format("manifest", 2, "0.2.0", Encoding.UTF8.GetBytes(json))),
            StringComparison.Ordinal
        );

    [Fact]
    public void Parse_WithAnyBitOfTheHeaderFlipped_IsRefused()
    {
        var whole = StoredDocument.Format(Manifest);
        var header = StoredDocument.HeaderOf(whole)!.Value.Length;
        for (var bit = 0; bit < header * 8; bit++)
        {
            var damaged = whole.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<InvalidDataException>(() => StoredDocument.Parse<JobManifest>(Key, damaged));
        }
    }

    [Fact]
    public void Format_OfATypeWithoutAKind_IsRefused() => Assert.Throws<ArgumentException>(() => StoredDocument.Format(new TaskRef("a", "b")));

    [Fact]
    public async Task Claim_OfAnEmptyStore_IsKeptByEveryLaterBuildOfTheFormat()
    {
        var store = new DirectoryArtifactStore(_root);

        await StoreFormat.Claim(store);
        await StoreFormat.Claim(store);

        Assert.True(await StoreFormat.Check(store));
        Assert.Equal(["store.json"], await store.ListAsync(""));
    }

    [Fact]
    public async Task Claim_OfAStoreWithSweepsButNoFormat_IsRefusedAndWritesNothing()
    {
        var store = new DirectoryArtifactStore(_root);
        await store.WriteAsync("grains/sweep/old.json", new byte[] { 1 }, WriteCondition.Always);

        var refusal = (await Assert.ThrowsAsync<InvalidDataException>(() => StoreFormat.Claim(store))).Message;

        Assert.Contains("a build before 0.2.0 wrote them", refusal, StringComparison.Ordinal);
        Assert.Equal(["grains/sweep/old.json"], await store.ListAsync(""));
    }

    [Theory]
    [InlineData("0.2.0+7e90105aa21c0123456789", "0.2.0+7e90105aa21c")]
    [InlineData("0.2.0+abc", "0.2.0+abc")]
    [InlineData("0.2.0", "0.2.0")]
    public void Short_OfAnInformationalVersion_KeepsTwelveDigitsOfTheCommit(string informational, string expected) =>
        Assert.Equal(expected, SealBuild.Short(informational));

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static string Refusal(byte[] document) =>
        Assert.Throws<InvalidDataException>(() => StoredDocument.Parse<JobManifest>(Key, document)).Message;
}
