using System.Security.Cryptography;
using System.Text.Json;
using Seal.Client.Fetching;
using Seal.Client.Tests.Support;
using Seal.Core.Engines;

namespace Seal.Client.Tests.Fetching;

/// <summary>What is not loaded, and whether the reason says what to do.</summary>
public sealed class RefusedFetchTests : FetchTests
{
    [Fact]
    public async Task Answer_IsCompressed_IsRefused()
    {
        Hub.Next("tokenizer.json", 200, ("Content-Encoding", "gzip"));
        var refused = await Refused();

        Assert.Equal(ExitCode.Unreachable, refused.ExitCode);
        Assert.Contains("compresses files", refused.Message, StringComparison.Ordinal);
        Assert.All(Hub.Requests, request => Assert.Equal("identity", request.Encoding));
    }

    [Theory]
    [InlineData(Weights, "SHA-256")]
    [InlineData("tokenizer.json", "git blob id")]
    public async Task Hash_IsWrong_TheFileIsDeletedAndNamed(string name, string kind)
    {
        var wrong = (byte[])Hub.Files[name].Clone();
        wrong[^1] ^= 1;
        Hub.Next(name, (context, _) => context.Response.Body.WriteAsync(wrong.AsMemory()).AsTask());

        var refused = await Refused();

        Assert.Equal(ExitCode.Unreachable, refused.ExitCode);
        Assert.Contains(name, refused.Message, StringComparison.Ordinal);
        Assert.Contains(kind, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Names(), file => file.StartsWith(name, StringComparison.Ordinal));
        await Fetch();
        Assert.Equal(Hub.Files[Weights], Loaded());
    }

    [Fact]
    public async Task File_IsLongerThanItsEntry_IsRefused()
    {
        Hub.Next("tokenizer.json", (context, _) => context.Response.Body.WriteAsync(new byte[100_000]).AsTask());
        Assert.Contains("more than the 2 bytes", (await Refused()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "settings/tokens")]
    [InlineData("hf_other", "account that was given access")]
    public async Task Model_IsGated_SaysWhatToDo(string? token, string advice)
    {
        Hub.OnlyFor = "hf_secret";
        var refused = await Refused(token: token);

        Assert.Equal(ExitCode.Usage, refused.ExitCode);
        Assert.Contains($"{Hub.Endpoint}/{FakeHub.Repository}", refused.Message, StringComparison.Ordinal);
        Assert.Contains("accept its licence", refused.Message, StringComparison.Ordinal);
        Assert.Contains(advice, refused.Message, StringComparison.Ordinal);
        Assert.Contains(FakeHub.GatedText, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hf_other", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public async Task Folder_HasTheNoteOfARefusedModelAlone_IsFree()
    {
        Root.Write("tiny/config.json" + FileDownload.Suffix, "");
        new SourceNote("org/gated", "main", FakeHub.Commit, IsComplete: false, []).Write(Folder);
        await Fetch();
        Assert.Equal((FakeHub.Repository, true), (SourceNote.Read(Folder)!.Repository, SourceNote.Read(Folder)!.IsComplete));
    }

    [Fact]
    public async Task Folder_HasAnotherModelThatIsNotWhole_MayBeDeleted()
    {
        Root.Write("tiny/config.json", "{}");
        new SourceNote("org/other", "main", FakeHub.Commit, IsComplete: false, []).Write(Folder);
        Assert.Contains("or delete the folder", (await Refused()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commit_ThatWasBegun_IsGone_SaysWhatToDo()
    {
        await Stopped();
        Hub.Revisions["main"] = new string('f', 40);
        var refused = await Refused();
        Assert.Equal(ExitCode.NotFoundOrConflict, refused.ExitCode);
        Assert.Contains("The commit this folder was begun with is gone", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, null, null, ExitCode.NotFoundOrConflict, "HF_TOKEN")]
    [InlineData(403, null, null, ExitCode.NotFoundOrConflict, "accept its licence")]
    [InlineData(401, null, "hf_old", ExitCode.Usage, "refuses the token")]
    [InlineData(403, null, "hf_old", ExitCode.Usage, "refuses the token")]
    [InlineData(401, null, "hf_bad", ExitCode.Usage, "Make a new one, or unset HF_TOKEN if the model is public.")]
    [InlineData(403, "GatedRepo", "hf_old", ExitCode.Usage, "wait for the authors' yes")]
    [InlineData(401, "RepoNotFound", "hf_old", ExitCode.NotFoundOrConflict, "Check the name")]
    [InlineData(404, "RepoNotFound", null, ExitCode.NotFoundOrConflict, "Check the name")]
    [InlineData(400, null, null, ExitCode.Unreachable, "answers 400")]
    public async Task List_IsRefused_SaysWhy(int status, string? code, string? token, int exit, string why)
    {
        Hub.Next("list", status, code is null ? [] : [("X-Error-Code", code)]);
        var refused = await Refused(token: token);

        Assert.Equal(exit, refused.ExitCode);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Folder));
        Assert.Empty(Time.Waits);
    }

    [Fact]
    public async Task Repository_IsNotThere_IsNotFound()
    {
        var refused = await Refused(repository: "org/none");
        Assert.Equal(ExitCode.NotFoundOrConflict, refused.ExitCode);
        Assert.Contains("org/none", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revision_IsNotThere_IsNotFound()
    {
        var refused = await Refused("v9");
        Assert.Equal(ExitCode.NotFoundOrConflict, refused.ExitCode);
        Assert.Contains("no revision 'v9'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hub_IsNotThere_IsUnreachable()
    {
        var gone = Hub.Endpoint;
        await Hub.DisposeAsync();
        using var connection = HubConnection.Open(gone, null, Time);
        var refused = await Assert.ThrowsAsync<CommandException>(() =>
            Fetch(connection, new HubModel(FakeHub.Repository, "main"), null, CancellationToken.None)
        );
        Assert.Equal(ExitCode.Unreachable, refused.ExitCode);
        Assert.Equal(Retries.Most - 1, Time.Waits.Count);
    }

    [Fact]
    public async Task Hub_RedirectsInACircle_IsGivenUp()
    {
        for (var i = 0; i < 20; i++)
        {
            Hub.Next("list", 307, ("Location", $"/api/models/{FakeHub.Repository}/revision/main?blobs=true"));
        }

        Assert.Contains("redirects", (await Refused()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hub_AnswersWithAPage_IsRefused()
    {
        Hub.Next("list", (context, _) => context.Response.Body.WriteAsync("<html>"u8.ToArray()).AsTask());
        var refused = await Refused();
        Assert.Equal(ExitCode.Unreachable, refused.ExitCode);
        Assert.Contains("does not answer as the hub does", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pytorch_model.bin", "pickle")]
    [InlineData("model.gguf", "no model.safetensors")]
    [InlineData("model.fp16.safetensors", "no model.safetensors")]
    [InlineData("../model.safetensors", "no model.safetensors")]
    [InlineData("sub/model.safetensors", "no model.safetensors")]
    [InlineData("model-00001-of-00001.safetensors", "no model.safetensors")]
    public async Task Repository_HasNoSafetensors_IsRefusedAndNothingIsWritten(string instead, string why)
    {
        Hub.Files.Remove(Weights);
        Hub.Add(instead, "x");
        var refused = await Refused();

        Assert.Equal(ExitCode.Usage, refused.ExitCode);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.Contains("safe_serialization=True", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public async Task Repository_HasNoConfig_IsRefused()
    {
        Hub.Files.Remove("config.json");
        Assert.Equal(ExitCode.Usage, (await Refused()).ExitCode);
    }

    [Fact]
    public async Task Names_LeadElsewhere_AreNotLoaded()
    {
        string[] hostile = ["../config.json", "/etc/config.json", "a/tokenizer.json", "..\\tokenizer.json", "CONFIG.JSON", "config.json\n", "."];
        Array.ForEach(hostile, name => Hub.Add(name, "x"));
        await Fetch();
        AssertNames(["config.json", "tokenizer.json", Weights, SourceNote.FileName]);
        Assert.Equal(["tiny"], Directory.EnumerateFileSystemEntries(Root.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("size", null)]
    [InlineData("size", -5)]
    [InlineData("size", long.MaxValue)]
    [InlineData("blobId", null)]
    [InlineData("blobId", "xyz")]
    public async Task List_HasNoLengthOrHash_IsRefused(string key, object? value)
    {
        Hub.Listed = entry => new Dictionary<string, object?>(entry) { [key] = value };
        var refused = await Refused();
        Assert.Equal(ExitCode.Unreachable, refused.ExitCode);
        Assert.Contains("config.json", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folder_HasAnotherModel_IsRefused()
    {
        Root.Write("tiny/config.json", "{}");
        var refused = await Refused();
        Assert.Equal(ExitCode.NotFoundOrConflict, refused.ExitCode);
        Assert.Contains("--to", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Hub.Requests);
    }

    [Theory]
    [InlineData("org/other", FakeHub.Commit)]
    [InlineData(FakeHub.Repository, "ffffffffffffffffffffffffffffffffffffffff")]
    public async Task Folder_HasAnotherCommit_IsRefused(string repository, string commit)
    {
        Directory.CreateDirectory(Folder);
        new SourceNote(repository, "main", commit, IsComplete: true, []).Write(Folder);
        var refused = await Refused();
        Assert.Equal(ExitCode.NotFoundOrConflict, refused.ExitCode);
        Assert.Contains($"hf:{repository}@{commit}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folder_HasANoteOfAnotherForm_IsRefused()
    {
        Root.Write("tiny/" + SourceNote.FileName, """{"repository":"org/tiny"}""");
        Assert.Equal(ExitCode.NotFoundOrConflict, (await Refused()).ExitCode);
    }

    [Fact]
    public async Task Folder_IsAFile_IsRefused()
    {
        Root.Write("tiny", "");
        Assert.Equal(ExitCode.Usage, (await Refused()).ExitCode);
    }

    [Fact]
    public async Task Disk_HasNoRoom_IsRefusedBeforeTheDownload()
    {
        var refused = await Assert.ThrowsAsync<CommandException>(() => FetchWith(2_999_999));
        Assert.Equal(ExitCode.Unreachable, refused.ExitCode);
        Assert.Contains("Make room", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Folder));

        await Stopped();
        await FetchWith(2_999_999);
        Assert.Equal(Hub.Files[Weights], Loaded());
    }

    [Fact]
    public void FreeBytes_OfAFolderThatIsNotThere_AreThoseOfItsDisk() => Assert.True(ModelFetch.FreeBytes(Root.At("a/b/c")) > 0);
}
