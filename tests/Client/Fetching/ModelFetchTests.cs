using System.Security.Cryptography;
using System.Text.Json;
using Seal.Client.Fetching;
using Seal.Client.Tests.Support;
using Seal.Core.Engines;

namespace Seal.Client.Tests.Fetching;

/// <summary>Models are loaded from a hub on this machine that speaks the real one's interface.</summary>
public sealed class ModelFetchTests : IAsyncLifetime, IDisposable
{
    private const string Weights = "model.safetensors";

    private readonly TemporaryFolder _folder = new();
    private readonly ImpatientTime _time = new();
    private readonly List<string> _said = [];
    private FakeHub _hub = null!;

    private string Folder => _folder.At("tiny");

    public async Task InitializeAsync() => _hub = await FakeHub.Start();

    public async Task DisposeAsync() => await _hub.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_AModel_HasItsFilesAndNothingElse()
    {
        string[] others = ["pytorch_model.bin", "model.gguf", "tf_model.h5", "vocab.json", "original/model.safetensors", "run.py"];
        Array.ForEach(others, name => _hub.Add(name, "no"));
        string[] files = ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja", Weights];
        Array.ForEach(files[..^1], name => _hub.Add(name, "{}"));

        var fetched = await Fetch();

        AssertNames([.. files, SourceNote.FileName]);
        Assert.All(files, file => Assert.Equal(_hub.Files[file], File.ReadAllBytes(Path.Combine(Folder, file))));
        Assert.Equal((FakeHub.Commit, true, false), (fetched.Note.Commit, fetched.Note.IsComplete, fetched.WasThere));
        Assert.All(
            fetched.Note.Files,
            file => Assert.Equal((Sha256(_hub.Files[file.Name]), (long)_hub.Files[file.Name].Length), (file.Sha256, file.Size))
        );
        Assert.Contains(_said, line => line.Contains(FakeHub.Commit, StringComparison.Ordinal));
        Assert.Equal(Weights, _hub.Requests[^1].Path[^Weights.Length..]);
    }

    [Fact]
    public async Task Run_AModel_HasTheContentHashOfTheSameFilesWithoutTheNote()
    {
        var fetched = await Fetch();
        var bare = Directory.CreateDirectory(_folder.At("bare")).FullName;
        foreach (var file in fetched.Note.Files)
        {
            File.WriteAllBytes(Path.Combine(bare, file.Name), _hub.Files[file.Name]);
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
        _hub.OnlyFor = "hf_secret";
        await Fetch(token: "hf_secret");

        Assert.Contains(_hub.Requests, request => request is { IsElsewhere: false, IsLast: true, Authorization: "Bearer hf_secret" });
        Assert.All(_hub.Requests, request => Assert.Equal(request.IsElsewhere ? "" : "Bearer hf_secret", request.Authorization));
        Assert.Contains(_hub.Requests, request => request.IsElsewhere);
        Assert.DoesNotContain(_said, line => line.Contains("secret", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("secret", File.ReadAllText(Path.Combine(Folder, SourceNote.FileName)), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("main")]
    [InlineData("v1.0")]
    [InlineData("refs/pr/7")]
    [InlineData(FakeHub.Commit)]
    public async Task Revision_IsResolved_AndItsCommitIsLoaded(string revision)
    {
        _hub.Revisions[revision] = FakeHub.Commit;
        var fetched = await Fetch(revision);

        Assert.Equal((revision, FakeHub.Commit), (fetched.Note.Revision, fetched.Note.Commit));
        Assert.All(
            _hub.Requests.Where(request => request.Path.Contains("/resolve/", StringComparison.Ordinal)),
            request => Assert.Contains($"/resolve/{FakeHub.Commit}/", request.Path, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Connection_Breaks_GoesOnFromThere()
    {
        _hub.Break(Weights, 1_000_000);
        _hub.Break(Weights, 500_000);
        await Fetch();

        Assert.Equal(_hub.Files[Weights], Loaded());
        var ranges = _hub.For(Weights).Select(request => request.Range).ToArray();
        Assert.Equal(3, ranges.Length);
        Assert.Equal("", ranges[0]);
        Assert.All(ranges[1..], range => Assert.Matches("^bytes=[1-9][0-9]*-$", range));
        Assert.Equal(2, _time.Waits.Count);
    }

    [Fact]
    public async Task Server_FallsSilent_IsAskedAgain()
    {
        _hub.Break(Weights, 700_000, then: _time.RunOut);
        await Fetch();

        Assert.Equal(_hub.Files[Weights], Loaded());
        Assert.Contains(_said, line => line.Contains("sends nothing", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Process_WasKilled_TheSameCommandGoesOn()
    {
        var left = await Stopped();
        Assert.InRange(left, 1, 1_000_000);
        Assert.False(SourceNote.Read(Folder)!.IsComplete);
        var before = _hub.Requests.Count;

        var fetched = await Fetch();

        Assert.Equal(_hub.Files[Weights], Loaded());
        Assert.Equal($"bytes={left}-", _hub.For(Weights).Last().Range);
        Assert.DoesNotContain(_hub.Requests.Skip(before), request => request.Path.EndsWith("/config.json", StringComparison.Ordinal));
        Assert.Equal(3_000_000 - left, fetched.Loaded);
    }

    [Fact]
    public async Task Process_WasKilledAndTheBranchMoved_EndsTheCommitThatItBegan()
    {
        await Stopped();
        _hub.Revisions["main"] = new string('f', 40);
        _hub.Revisions["old"] = FakeHub.Commit;

        Assert.Equal(FakeHub.Commit, (await Fetch()).Note.Commit);
        Assert.Equal(_hub.Files[Weights], Loaded());
    }

    [Fact]
    public async Task Model_IsWhole_NothingIsLoaded()
    {
        await Fetch();
        var before = _hub.Requests.Count;
        var fetched = await Fetch();

        Assert.Equal((true, 0), (fetched.WasThere, fetched.Loaded));
        Assert.Equal(before + 1, _hub.Requests.Count);
    }

    [Fact]
    public async Task File_WasChanged_IsLoadedAgain()
    {
        await Fetch();
        var path = Path.Combine(Folder, "tokenizer.json");
        File.WriteAllText(path, "[]");
        var fetched = await Fetch();

        Assert.Equal((false, 2L, "{}"), (fetched.WasThere, fetched.Loaded, File.ReadAllText(path)));
        Assert.Contains(_said, line => line.StartsWith("tokenizer.json was changed", StringComparison.Ordinal));

        File.WriteAllText(path, "{} ");
        await Fetch();
        Assert.Contains("tokenizer.json was changed (3 bytes, the hub has 2); loading it again", _said);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Server_KnowsNoRanges_WhatIsHereIsKept(bool hasLength)
    {
        var left = await Stopped();
        for (var end = 100_000; end <= 3_000_000; end += 2_900_000)
        {
            var count = end;
            _hub.Next(
                Weights,
                async (context, bytes) =>
                {
                    context.Response.ContentLength = hasLength ? bytes.Length : null;
                    await context.Response.Body.WriteAsync(bytes.AsMemory(0, count));
                    await context.Response.Body.FlushAsync();
                    if (count < bytes.Length)
                    {
                        context.Abort();
                    }
                }
            );
        }

        await Fetch();

        Assert.Equal(_hub.Files[Weights], Loaded());
        var ranges = _hub.For(Weights).Skip(1).Select(request => request.Range).ToArray();
        Assert.Equal(2, ranges.Length);
        Assert.All(ranges, range => Assert.InRange(long.Parse(range["bytes=".Length..^1], null), left, 2_999_999));
        Assert.Equal($"bytes={left}-", ranges[0]);
    }

    [Theory]
    [InlineData(416, null, null)]
    [InlineData(206, "bytes 5-9/3000000", 5)]
    [InlineData(206, null, 5)]
    [InlineData(200, null, 5)]
    public async Task Server_AnswersARangeOddly_BeginsAgainOnlyAtTheThirdInARow(int status, string? range, int? length)
    {
        var left = await Stopped();
        void Odd() =>
            _hub.Next(
                Weights,
                async (context, _) =>
                {
                    context.Response.StatusCode = status;
                    context.Response.Headers.ContentRange = range;
                    context.Response.ContentLength = length;
                    await context.Response.Body.WriteAsync(new byte[length ?? 0]);
                }
            );
        Odd();
        Odd();
        _hub.Break(Weights, 1000, then: () => WhenMoreThan(left, _time.RunOut));
        Odd();
        await Fetch();

        Assert.Equal(_hub.Files[Weights], Loaded());
        var ranges = _hub.For(Weights).Skip(1).Select(request => request.Range).ToArray();
        Assert.Equal(5, ranges.Length);
        Assert.All(ranges[..3], kept => Assert.Equal($"bytes={left}-", kept));
        Assert.All(ranges[3..], kept => Assert.NotEqual("", kept));

        Directory.Delete(Folder, recursive: true);
        left = await Stopped();
        var before = _hub.For(Weights).Count();
        Odd();
        Odd();
        Odd();
        await Fetch();

        Assert.Equal(_hub.Files[Weights], Loaded());
        string[] asked = [.. Enumerable.Repeat($"bytes={left}-", 3), ""];
        Assert.Equal(asked, _hub.For(Weights).Skip(before).Select(request => request.Range));
        Assert.Contains(_said, line => line.Contains("3 times; loading it again from its first byte", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Answer_IsCompressed_IsRefused()
    {
        _hub.Next("tokenizer.json", 200, ("Content-Encoding", "gzip"));
        var refused = await Refused();

        Assert.Equal(ExitCode.Unreachable, refused.ExitCode);
        Assert.Contains("compresses files", refused.Message, StringComparison.Ordinal);
        Assert.All(_hub.Requests, request => Assert.Equal("identity", request.Encoding));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(3_000_000)]
    [InlineData(4_000_000)]
    public async Task Part_HasOtherBytes_IsLoadedOnceMoreFromItsStart(int length)
    {
        await Stopped();
        File.WriteAllBytes(Path.Combine(Folder, Weights + FileDownload.Suffix), new byte[length]);
        await Fetch();

        Assert.Equal(_hub.Files[Weights], Loaded());
        Assert.Equal("", _hub.For(Weights).Last().Range);
    }

    [Theory]
    [InlineData(Weights, "SHA-256")]
    [InlineData("tokenizer.json", "git blob id")]
    public async Task Hash_IsWrong_TheFileIsDeletedAndNamed(string name, string kind)
    {
        var wrong = (byte[])_hub.Files[name].Clone();
        wrong[^1] ^= 1;
        _hub.Next(name, (context, _) => context.Response.Body.WriteAsync(wrong.AsMemory()).AsTask());

        var refused = await Refused();

        Assert.Equal(ExitCode.Unreachable, refused.ExitCode);
        Assert.Contains(name, refused.Message, StringComparison.Ordinal);
        Assert.Contains(kind, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Names(), file => file.StartsWith(name, StringComparison.Ordinal));
        await Fetch();
        Assert.Equal(_hub.Files[Weights], Loaded());
    }

    [Fact]
    public async Task File_IsLongerThanItsEntry_IsRefused()
    {
        _hub.Next("tokenizer.json", (context, _) => context.Response.Body.WriteAsync(new byte[100_000]).AsTask());
        Assert.Contains("more than the 2 bytes", (await Refused()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "settings/tokens")]
    [InlineData("hf_other", "account that was given access")]
    public async Task Model_IsGated_SaysWhatToDo(string? token, string advice)
    {
        _hub.OnlyFor = "hf_secret";
        var refused = await Refused(token: token);

        Assert.Equal(ExitCode.Usage, refused.ExitCode);
        Assert.Contains($"{_hub.Endpoint}/{FakeHub.Repository}", refused.Message, StringComparison.Ordinal);
        Assert.Contains("accept its licence", refused.Message, StringComparison.Ordinal);
        Assert.Contains(advice, refused.Message, StringComparison.Ordinal);
        Assert.Contains(FakeHub.GatedText, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hf_other", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public async Task Folder_HasTheNoteOfARefusedModelAlone_IsFree()
    {
        _folder.Write("tiny/config.json" + FileDownload.Suffix, "");
        new SourceNote("org/gated", "main", FakeHub.Commit, IsComplete: false, []).Write(Folder);
        await Fetch();
        Assert.Equal((FakeHub.Repository, true), (SourceNote.Read(Folder)!.Repository, SourceNote.Read(Folder)!.IsComplete));
    }

    [Fact]
    public async Task Folder_HasAnotherModelThatIsNotWhole_MayBeDeleted()
    {
        _folder.Write("tiny/config.json", "{}");
        new SourceNote("org/other", "main", FakeHub.Commit, IsComplete: false, []).Write(Folder);
        Assert.Contains("or delete the folder", (await Refused()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Repository_WasRenamed_ItsNewNameIsTaken()
    {
        await Fetch();
        var fetched = await Fetch(repository: FakeHub.OldRepository);
        Assert.Equal((FakeHub.Repository, true), (fetched.Note.Repository, fetched.WasThere));
        Assert.Contains($"{FakeHub.OldRepository} is called {FakeHub.Repository} now", _said);

        (SourceNote.Read(Folder)! with { Repository = FakeHub.OldRepository }).Write(Folder);
        await Fetch(repository: FakeHub.OldRepository);
        Assert.Equal(FakeHub.Repository, SourceNote.Read(Folder)!.Repository);
        Assert.All(
            _hub.Requests.Where(request => request.Path.Contains("/resolve/", StringComparison.Ordinal)),
            request => Assert.StartsWith($"/{FakeHub.Repository}/", request.Path, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Repository_WasRenamedAndMovedAmidADownload_TheCommitIsEnded()
    {
        await Stopped();
        _hub.Revisions["main"] = new string('f', 40);
        _hub.Revisions["old"] = FakeHub.Commit;
        Assert.Equal(FakeHub.Commit, (await Fetch(repository: FakeHub.OldRepository)).Note.Commit);
    }

    [Fact]
    public async Task Commit_ThatWasBegun_IsGone_SaysWhatToDo()
    {
        await Stopped();
        _hub.Revisions["main"] = new string('f', 40);
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
        _hub.Next("list", status, code is null ? [] : [("X-Error-Code", code)]);
        var refused = await Refused(token: token);

        Assert.Equal(exit, refused.ExitCode);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Folder));
        Assert.Empty(_time.Waits);
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
    public async Task Hub_IsBusy_WaitsAsLongAsItAsks()
    {
        _hub.Next("list", 429, ("Retry-After", "7"));
        _hub.Next("list", 429, ("RateLimit", "\"api\";r=0;t=55"));
        _hub.Next("list", 503);
        _hub.Next(Weights, 403);
        await Fetch();

        Assert.Equal([7, 55, 4, 1], _time.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task Hub_StaysBusy_IsGivenUp()
    {
        for (var i = 0; i < Retries.Most; i++)
        {
            _hub.Next("list", 500);
        }

        var refused = await Refused();
        Assert.Equal(ExitCode.Unreachable, refused.ExitCode);
        Assert.Contains("answers 500 (6 times)", refused.Message, StringComparison.Ordinal);
        Assert.Equal([1, 2, 4, 8, 16], _time.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task Hub_AsksForAnHour_IsNotWaitedFor()
    {
        _hub.Next("list", 429, ("Retry-After", "3600"));
        Assert.Contains("wait 60 minutes", (await Refused()).Message, StringComparison.Ordinal);
        Assert.Empty(_time.Waits);
    }

    [Fact]
    public async Task Hub_IsNotThere_IsUnreachable()
    {
        var gone = _hub.Endpoint;
        await _hub.DisposeAsync();
        using var connection = HubConnection.Open(gone, null, _time);
        var refused = await Assert.ThrowsAsync<CommandException>(() =>
            Fetch(connection, new HubModel(FakeHub.Repository, "main"), null, CancellationToken.None)
        );
        Assert.Equal(ExitCode.Unreachable, refused.ExitCode);
        Assert.Equal(Retries.Most - 1, _time.Waits.Count);
    }

    [Fact]
    public async Task Hub_RedirectsInACircle_IsGivenUp()
    {
        for (var i = 0; i < 20; i++)
        {
            _hub.Next("list", 307, ("Location", $"/api/models/{FakeHub.Repository}/revision/main?blobs=true"));
        }

        Assert.Contains("redirects", (await Refused()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hub_AnswersWithAPage_IsRefused()
    {
        _hub.Next("list", (context, _) => context.Response.Body.WriteAsync("<html>"u8.ToArray()).AsTask());
        var refused = await Refused();
        Assert.Equal(ExitCode.Unreachable, refused.ExitCode);
        Assert.Contains("does not answer as the hub does", refused.Message, StringComparison.Ordinal);
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
        Array.ForEach(others, name => _hub.Add(name, FakeHub.Noise(100_000)));
        var fetched = await FetchWith(10_000);

        string[] files = ["config.json", "tokenizer.json", "model.safetensors.index.json", .. names];
        AssertNames([.. files, SourceNote.FileName]);
        Assert.Equal(files, fetched.Note.Files.Select(file => file.Name));
        Assert.Contains(_said, line => line.StartsWith($"{files.Length} files, ", StringComparison.Ordinal));
        Assert.True((await FetchWith(0)).WasThere);
    }

    [Fact]
    public async Task Shards_HaveNoRoom_IsRefusedBeforeAnyIsLoaded()
    {
        Shard("model-00001-of-000002.safetensors", "model-00002-of-000002.safetensors");
        var refused = await Assert.ThrowsAsync<CommandException>(() => FetchWith(1999));
        Assert.Contains("Make room", refused.Message, StringComparison.Ordinal);
        Assert.Empty(_hub.For("model-00001-of-000002.safetensors"));
    }

    [Theory]
    [InlineData("""{"weight_map":{}}""", "names no file")]
    [InlineData("""{"weight_map":{"t":"\u001b[2J\n.safetensors"}}""", "names ?[2J?.safetensors, which")]
    public async Task Index_IsOfNoUse_IsRefusedInALineThatSteersNothing(string index, string why)
    {
        Shard("model-00001-of-00001.safetensors");
        _hub.Add("model.safetensors.index.json", index);
        var refused = await Refused();
        Assert.Equal(ExitCode.Usage, refused.ExitCode);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(refused.Message, char.IsControl);
    }

    [Fact]
    public async Task Shards_AreNotAllThere_IsRefusedBeforeAnyIsLoaded()
    {
        Shard("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors");
        _hub.Files.Remove("model-00002-of-00002.safetensors");
        var refused = await Refused();

        Assert.Equal(ExitCode.Usage, refused.ExitCode);
        Assert.Contains("names model-00002-of-00002.safetensors", refused.Message, StringComparison.Ordinal);
        Assert.Empty(_hub.For("model-00001-of-00002.safetensors"));
    }

    [Fact]
    public async Task OneFileAndShards_TheOneFileIsLoaded()
    {
        var whole = _hub.Files[Weights];
        Shard("model-00001-of-00001.safetensors");
        _hub.Add(Weights, whole);
        await Fetch();
        AssertNames(["config.json", "tokenizer.json", Weights, SourceNote.FileName]);
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
        _hub.Files.Remove(Weights);
        _hub.Add(instead, "x");
        var refused = await Refused();

        Assert.Equal(ExitCode.Usage, refused.ExitCode);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.Contains("safe_serialization=True", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public async Task Repository_HasNoConfig_IsRefused()
    {
        _hub.Files.Remove("config.json");
        Assert.Equal(ExitCode.Usage, (await Refused()).ExitCode);
    }

    [Fact]
    public async Task Names_LeadElsewhere_AreNotLoaded()
    {
        string[] hostile = ["../config.json", "/etc/config.json", "a/tokenizer.json", "..\\tokenizer.json", "CONFIG.JSON", "config.json\n", "."];
        Array.ForEach(hostile, name => _hub.Add(name, "x"));
        await Fetch();
        AssertNames(["config.json", "tokenizer.json", Weights, SourceNote.FileName]);
        Assert.Equal(["tiny"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("size", null)]
    [InlineData("size", -5)]
    [InlineData("size", long.MaxValue)]
    [InlineData("blobId", null)]
    [InlineData("blobId", "xyz")]
    public async Task List_HasNoLengthOrHash_IsRefused(string key, object? value)
    {
        _hub.Listed = entry => new Dictionary<string, object?>(entry) { [key] = value };
        var refused = await Refused();
        Assert.Equal(ExitCode.Unreachable, refused.ExitCode);
        Assert.Contains("config.json", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folder_HasAnotherModel_IsRefused()
    {
        _folder.Write("tiny/config.json", "{}");
        var refused = await Refused();
        Assert.Equal(ExitCode.NotFoundOrConflict, refused.ExitCode);
        Assert.Contains("--to", refused.Message, StringComparison.Ordinal);
        Assert.Empty(_hub.Requests);
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
        _folder.Write("tiny/" + SourceNote.FileName, """{"repository":"org/tiny"}""");
        Assert.Equal(ExitCode.NotFoundOrConflict, (await Refused()).ExitCode);
    }

    [Fact]
    public async Task Folder_IsAFile_IsRefused()
    {
        _folder.Write("tiny", "");
        Assert.Equal(ExitCode.Usage, (await Refused()).ExitCode);
    }

    [Fact]
    public async Task Folder_IsInUse_IsRefused()
    {
        await Stopped();
        using var other = new FileStream(Path.Combine(Folder, Weights + FileDownload.Suffix), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        var refused = await Refused();
        Assert.Equal(ExitCode.NotFoundOrConflict, refused.ExitCode);
        Assert.Contains("in use", refused.Message, StringComparison.Ordinal);
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
        Assert.Equal(_hub.Files[Weights], Loaded());
    }

    [Fact]
    public void FreeBytes_OfAFolderThatIsNotThere_AreThoseOfItsDisk() => Assert.True(ModelFetch.FreeBytes(_folder.At("a/b/c")) > 0);

    [Fact]
    public async Task Model_CannotBeUsed_IsSaidBeforeTheWeights()
    {
        await Fetch();
        Assert.Contains(_said, line => line.StartsWith("This model cannot be trained here: ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, "The repository has no tokenizer.json: the model can be used in token ids only.")]
    [InlineData("{}", "This model's vocabulary cannot be used here: ")]
    [InlineData("""{"model":{"type":"Unigram\u001b[2J"}}""", "This model's vocabulary cannot be used here: ")]
    public async Task Vocabulary_CannotBeUsed_IsSaidBeforeTheWeights(string? vocabulary, string why)
    {
        _hub.Files.Remove("tokenizer.json");
        if (vocabulary is not null)
        {
            _hub.Add("tokenizer.json", vocabulary);
        }

        int? said = null;
        _hub.Next(
            Weights,
            (context, bytes) =>
            {
                said = _said.Count(line => line.StartsWith(why, StringComparison.Ordinal));
                return context.Response.Body.WriteAsync(bytes.AsMemory()).AsTask();
            }
        );
        await Fetch();
        Assert.Equal(1, said);
        Assert.DoesNotContain(_said, line => line.Any(char.IsControl));
    }

    [Fact]
    public async Task Vocabulary_CanBeUsed_NothingIsSaid()
    {
        _hub.Add("tokenizer.json", File.ReadAllBytes(Places.InRepository("models/grid-mini/tokenizer.json")));
        await Fetch();
        Assert.DoesNotContain(_said, line => line.Contains("vocabulary", StringComparison.Ordinal));
    }

    private void AssertNames(IEnumerable<string> names) => Assert.Equal(names.Order(StringComparer.Ordinal), Names().Order(StringComparer.Ordinal));

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private void Shard(params string[] names)
    {
        _hub.Files.Remove(Weights);
        Array.ForEach(names, name => _hub.Add(name, FakeHub.Noise(1000)));
        var map = names.Select((name, i) => (Key: $"t{i}", name)).ToDictionary(entry => entry.Key, entry => entry.name);
        _hub.Add("model.safetensors.index.json", JsonSerializer.Serialize(new { weight_map = map }));
    }

    private byte[] Loaded() => File.ReadAllBytes(Path.Combine(Folder, Weights));

    private IEnumerable<string> Names() => Directory.EnumerateFileSystemEntries(Folder).Select(path => Path.GetFileName(path)!);

    /// <summary>Ends a download amid the weights, as Ctrl-C does.</summary>
    /// <returns>Bytes that are kept.</returns>
    private async Task<long> Stopped()
    {
        using var stop = new CancellationTokenSource();
        _hub.Break(Weights, 1_000_000, then: () => WhenMoreThan(0, stop.Cancel));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Fetch(cancellation: stop.Token));
        return new FileInfo(Path.Combine(Folder, Weights + FileDownload.Suffix)).Length;
    }

    /// <summary>Waits until that many bytes of the weights are written: what a server sent may still be lost on the way.</summary>
    private void WhenMoreThan(long bytes, Action then)
    {
        var part = Path.Combine(Folder, Weights + FileDownload.Suffix);
        SpinWait.SpinUntil(() => File.Exists(part) && new FileInfo(part).Length > bytes, TimeSpan.FromMinutes(1));
        then();
    }

    private async Task<FetchedModel> Fetch(
        string revision = "main",
        string? token = null,
        string repository = FakeHub.Repository,
        CancellationToken cancellation = default
    )
    {
        using var connection = HubConnection.Open(_hub.Endpoint, token, _time);
        return await Fetch(connection, new HubModel(repository, revision), null, cancellation);
    }

    private async Task<FetchedModel> FetchWith(long room)
    {
        using var connection = HubConnection.Open(_hub.Endpoint, null, _time);
        return await Fetch(connection, new HubModel(FakeHub.Repository, "main"), room, CancellationToken.None);
    }

    private Task<FetchedModel> Fetch(HubConnection connection, HubModel model, long? room, CancellationToken cancellation) =>
        new ModelFetch(connection, Folder, _time, _said.Add, _ => room).Run(model, cancellation);

    private Task<CommandException> Refused(string revision = "main", string? token = null, string repository = FakeHub.Repository) =>
        Assert.ThrowsAsync<CommandException>(() => Fetch(revision, token, repository));
}
