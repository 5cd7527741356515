using System.Security.Cryptography;
using System.Text.Json;
using Seal.Client.Fetching;
using Seal.Client.Tests.Support;
using Seal.Core.Engines;

namespace Seal.Client.Tests.Fetching;

/// <summary>Which files of which commit are loaded, and what is said of them.</summary>
public sealed class ModelFetchTests : FetchTests
{
    [Fact]
    public async Task Run_AModel_HasItsFilesAndNothingElse()
    {
        string[] others = ["pytorch_model.bin", "model.gguf", "tf_model.h5", "vocab.json", "original/model.safetensors", "run.py"];
        Array.ForEach(others, name => Hub.Add(name, "no"));
        string[] files = ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja", Weights];
        Array.ForEach(files[..^1], name => Hub.Add(name, "{}"));

        var fetched = await Fetch();

        AssertNames([.. files, SourceNote.FileName]);
        Assert.All(files, file => Assert.Equal(Hub.Files[file], File.ReadAllBytes(Path.Combine(Folder, file))));
        Assert.Equal((FakeHub.Commit, true, false), (fetched.Note.Commit, fetched.Note.IsComplete, fetched.WasThere));
        Assert.All(
            fetched.Note.Files,
            file => Assert.Equal((Sha256(Hub.Files[file.Name]), (long)Hub.Files[file.Name].Length), (file.Sha256, file.Size))
        );
        Assert.Contains(Lines, line => line.Contains(FakeHub.Commit, StringComparison.Ordinal));
        Assert.Equal(Weights, Hub.Requests[^1].Path[^Weights.Length..]);
    }

    [Fact]
    public async Task Run_AModel_HasTheContentHashOfTheSameFilesWithoutTheNote()
    {
        var fetched = await Fetch();
        var bare = Directory.CreateDirectory(Root.At("bare")).FullName;
        foreach (var file in fetched.Note.Files)
        {
            File.WriteAllBytes(Path.Combine(bare, file.Name), Hub.Files[file.Name]);
        }

        Assert.True(File.Exists(Path.Combine(Folder, SourceNote.FileName)));
        Assert.Equal(ModelFolder.ContentHash(bare), ModelFolder.ContentHash(Folder));
        Assert.Equal(ModelFolder.ContentHash(bare), fetched.Sha256);
        File.WriteAllText(Path.Combine(Folder, Weights + FileDownload.Suffix), "half");
        Assert.Equal(fetched.Sha256, ModelFolder.ContentHash(Folder));
    }

    [Fact]
    public async Task Token_IsSentToTheHubAlone()
    {
        Hub.OnlyFor = "hf_secret";
        await Fetch(token: "hf_secret");

        Assert.Contains(Hub.Requests, request => request is { IsElsewhere: false, IsLast: true, Authorization: "Bearer hf_secret" });
        Assert.All(Hub.Requests, request => Assert.Equal(request.IsElsewhere ? "" : "Bearer hf_secret", request.Authorization));
        Assert.Contains(Hub.Requests, request => request.IsElsewhere);
        Assert.DoesNotContain(Lines, line => line.Contains("secret", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("secret", File.ReadAllText(Path.Combine(Folder, SourceNote.FileName)), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("main")]
    [InlineData("v1.0")]
    [InlineData("refs/pr/7")]
    [InlineData(FakeHub.Commit)]
    public async Task Revision_IsResolved_AndItsCommitIsLoaded(string revision)
    {
        Hub.Revisions[revision] = FakeHub.Commit;
        var fetched = await Fetch(revision);

        Assert.Equal((revision, FakeHub.Commit), (fetched.Note.Revision, fetched.Note.Commit));
        Assert.All(
            Hub.Requests.Where(request => request.Path.Contains("/resolve/", StringComparison.Ordinal)),
            request => Assert.Contains($"/resolve/{FakeHub.Commit}/", request.Path, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Repository_WasRenamed_ItsNewNameIsTaken()
    {
        await Fetch();
        var fetched = await Fetch(repository: FakeHub.OldRepository);
        Assert.Equal((FakeHub.Repository, true), (fetched.Note.Repository, fetched.WasThere));
        Assert.Contains($"{FakeHub.OldRepository} is called {FakeHub.Repository} now", Lines);

        (SourceNote.Read(Folder)! with { Repository = FakeHub.OldRepository }).Write(Folder);
        await Fetch(repository: FakeHub.OldRepository);
        Assert.Equal(FakeHub.Repository, SourceNote.Read(Folder)!.Repository);
        Assert.All(
            Hub.Requests.Where(request => request.Path.Contains("/resolve/", StringComparison.Ordinal)),
            request => Assert.StartsWith($"/{FakeHub.Repository}/", request.Path, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Repository_WasRenamedAndMovedAmidADownload_TheCommitIsEnded()
    {
        await Stopped();
        Hub.Revisions["main"] = new string('f', 40);
        Hub.Revisions["old"] = FakeHub.Commit;
        Assert.Equal(FakeHub.Commit, (await Fetch(repository: FakeHub.OldRepository)).Note.Commit);
    }

    [Fact]
    public async Task Weights_InShards_AreLoadedWithTheirIndex()
    {
        Shard("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors");
        await Fetch();

        AssertNames([
            "config.json",
            "tokenizer.json",
            "model-00001-of-00002.safetensors",
            "model-00002-of-00002.safetensors",
            "model.safetensors.index.json",
            SourceNote.FileName,
        ]);
    }

    [Theory]
    [InlineData("model-00001-of-00001.safetensors")]
    [InlineData("model-00001-of-000002.safetensors", "model-00002-of-000002.safetensors")]
    [InlineData("part_1.safetensors", "part_2.safetensors")]
    public async Task Shards_OfAnotherCut_AreNotLoadedAndNotCounted(params string[] names)
    {
        Shard(names);
        string[] others = ["model-00001-of-00003.safetensors", "consolidated.safetensors"];
        Array.ForEach(others, name => Hub.Add(name, FakeHub.Noise(100_000)));
        var fetched = await FetchWith(10_000);

        string[] files = ["config.json", "tokenizer.json", "model.safetensors.index.json", .. names];
        AssertNames([.. files, SourceNote.FileName]);
        Assert.Equal(files, fetched.Note.Files.Select(file => file.Name));
        Assert.Contains(Lines, line => line.StartsWith($"{files.Length} files, ", StringComparison.Ordinal));
        Assert.True((await FetchWith(0)).WasThere);
    }

    [Fact]
    public async Task Shards_HaveNoRoom_IsRefusedBeforeAnyIsLoaded()
    {
        Shard("model-00001-of-000002.safetensors", "model-00002-of-000002.safetensors");
        var refused = await Assert.ThrowsAsync<CommandException>(() => FetchWith(1999));
        Assert.Contains("Make room", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Hub.For("model-00001-of-000002.safetensors"));
    }

    [Theory]
    [InlineData("""{"weight_map":{}}""", "names no file")]
    [InlineData("""{"weight_map":{"t":"\u001b[2J\n.safetensors"}}""", "names ?[2J?.safetensors, which")]
    public async Task Index_IsOfNoUse_IsRefusedInALineThatSteersNothing(string index, string why)
    {
        Shard("model-00001-of-00001.safetensors");
        Hub.Add("model.safetensors.index.json", index);
        var refused = await Refused();
        Assert.Equal(ExitCode.Usage, refused.ExitCode);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(refused.Message, char.IsControl);
    }

    [Fact]
    public async Task Shards_AreNotAllThere_IsRefusedBeforeAnyIsLoaded()
    {
        Shard("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors");
        Hub.Files.Remove("model-00002-of-00002.safetensors");
        var refused = await Refused();

        Assert.Equal(ExitCode.Usage, refused.ExitCode);
        Assert.Contains("names model-00002-of-00002.safetensors", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Hub.For("model-00001-of-00002.safetensors"));
    }

    [Fact]
    public async Task OneFileAndShards_TheOneFileIsLoaded()
    {
        var whole = Hub.Files[Weights];
        Shard("model-00001-of-00001.safetensors");
        Hub.Add(Weights, whole);
        await Fetch();
        AssertNames(["config.json", "tokenizer.json", Weights, SourceNote.FileName]);
    }

    [Fact]
    public async Task Model_CannotBeUsed_IsSaidBeforeTheWeights()
    {
        await Fetch();
        Assert.Contains(Lines, line => line.StartsWith("This model cannot be trained here: ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, "The repository has no tokenizer.json: the model can be used in token ids only.")]
    [InlineData("{}", "This model's vocabulary cannot be used here: ")]
    [InlineData("""{"model":{"type":"Unigram\u001b[2J"}}""", "This model's vocabulary cannot be used here: ")]
    public async Task Vocabulary_CannotBeUsed_IsSaidBeforeTheWeights(string? vocabulary, string why)
    {
        Hub.Files.Remove("tokenizer.json");
        if (vocabulary is not null)
        {
            Hub.Add("tokenizer.json", vocabulary);
        }

        int? said = null;
        Hub.Next(
            Weights,
            (context, bytes) =>
            {
                said = Lines.Count(line => line.StartsWith(why, StringComparison.Ordinal));
                return context.Response.Body.WriteAsync(bytes.AsMemory()).AsTask();
            }
        );
        await Fetch();
        Assert.Equal(1, said);
        Assert.DoesNotContain(Lines, line => line.Any(char.IsControl));
    }

    [Fact]
    public async Task Vocabulary_CanBeUsed_NothingIsSaid()
    {
        Hub.Add("tokenizer.json", File.ReadAllBytes(Places.InRepository("models/grid-mini/tokenizer.json")));
        await Fetch();
        Assert.DoesNotContain(Lines, line => line.Contains("vocabulary", StringComparison.Ordinal));
    }
}
