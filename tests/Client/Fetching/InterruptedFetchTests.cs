using System.Security.Cryptography;
using System.Text.Json;
using Seal.Client.Fetching;
using Seal.Client.Tests.Support;
using Seal.Core.Engines;

namespace Seal.Client.Tests.Fetching;

/// <summary>Connections break, servers answer oddly, processes are killed: the same command goes on, and nothing that is here is loaded
/// twice.</summary>
public sealed class InterruptedFetchTests : FetchTests
{
    [Fact]
    public async Task Connection_Breaks_GoesOnFromThere()
    {
        Hub.Break(Weights, 1_000_000);
        Hub.Break(Weights, 500_000);
        await Fetch();

        Assert.Equal(Hub.Files[Weights], Loaded());
        var ranges = Hub.For(Weights).Select(request => request.Range).ToArray();
        Assert.Equal(3, ranges.Length);
        Assert.Equal("", ranges[0]);
        Assert.All(ranges[1..], range => Assert.Matches("^bytes=[1-9][0-9]*-$", range));
        Assert.Equal(2, Time.Waits.Count);
    }

    [Fact]
    public async Task Server_FallsSilent_IsAskedAgain()
    {
        Hub.Break(Weights, 700_000, then: Time.RunOut);
        await Fetch();

        Assert.Equal(Hub.Files[Weights], Loaded());
        Assert.Contains(Lines, line => line.Contains("sends nothing", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Process_WasKilled_TheSameCommandGoesOn()
    {
        var left = await Stopped();
        Assert.InRange(left, 1, 1_000_000);
        Assert.False(SourceNote.Read(Folder)!.IsComplete);
        var before = Hub.Requests.Count;

        var fetched = await Fetch();

        Assert.Equal(Hub.Files[Weights], Loaded());
        Assert.Equal($"bytes={left}-", Hub.For(Weights).Last().Range);
        Assert.DoesNotContain(Hub.Requests.Skip(before), request => request.Path.EndsWith("/config.json", StringComparison.Ordinal));
        Assert.Equal(3_000_000 - left, fetched.Loaded);
    }

    [Fact]
    public async Task Process_WasKilledAndTheBranchMoved_EndsTheCommitThatItBegan()
    {
        await Stopped();
        Hub.Revisions["main"] = new string('f', 40);
        Hub.Revisions["old"] = FakeHub.Commit;

        Assert.Equal(FakeHub.Commit, (await Fetch()).Note.Commit);
        Assert.Equal(Hub.Files[Weights], Loaded());
    }

    [Fact]
    public async Task Model_IsWhole_NothingIsLoaded()
    {
        await Fetch();
        var before = Hub.Requests.Count;
        var fetched = await Fetch();

        Assert.Equal((true, 0), (fetched.WasThere, fetched.Loaded));
        Assert.Equal(before + 1, Hub.Requests.Count);
    }

    [Fact]
    public async Task File_WasChanged_IsLoadedAgain()
    {
        await Fetch();
        var path = Path.Combine(Folder, "tokenizer.json");
        File.WriteAllText(path, "[]");
        var fetched = await Fetch();

        Assert.Equal((false, 2L, "{}"), (fetched.WasThere, fetched.Loaded, File.ReadAllText(path)));
        Assert.Contains(Lines, line => line.StartsWith("tokenizer.json was changed", StringComparison.Ordinal));

        File.WriteAllText(path, "{} ");
        await Fetch();
        Assert.Contains("tokenizer.json was changed (3 bytes, the hub has 2); loading it again", Lines);
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
            Hub.Next(
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

        Assert.Equal(Hub.Files[Weights], Loaded());
        var ranges = Hub.For(Weights).Skip(1).Select(request => request.Range).ToArray();
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
            Hub.Next(
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
        Hub.Break(Weights, 1000, then: () => WhenMoreThan(left, Time.RunOut));
        Odd();
        await Fetch();

        Assert.Equal(Hub.Files[Weights], Loaded());
        var ranges = Hub.For(Weights).Skip(1).Select(request => request.Range).ToArray();
        Assert.Equal(5, ranges.Length);
        Assert.All(ranges[..3], kept => Assert.Equal($"bytes={left}-", kept));
        Assert.All(ranges[3..], kept => Assert.NotEqual("", kept));

        Directory.Delete(Folder, recursive: true);
        left = await Stopped();
        var before = Hub.For(Weights).Count();
        Odd();
        Odd();
        Odd();
        await Fetch();

        Assert.Equal(Hub.Files[Weights], Loaded());
        string[] asked = [.. Enumerable.Repeat($"bytes={left}-", 3), ""];
        Assert.Equal(asked, Hub.For(Weights).Skip(before).Select(request => request.Range));
        Assert.Contains(Lines, line => line.Contains("3 times; loading it again from its first byte", StringComparison.Ordinal));
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

        Assert.Equal(Hub.Files[Weights], Loaded());
        Assert.Equal("", Hub.For(Weights).Last().Range);
    }

    [Fact]
    public async Task Hub_IsBusy_WaitsAsLongAsItAsks()
    {
        Hub.Next("list", 429, ("Retry-After", "7"));
        Hub.Next("list", 429, ("RateLimit", "\"api\";r=0;t=55"));
        Hub.Next("list", 503);
        Hub.Next(Weights, 403);
        await Fetch();

        Assert.Equal([7, 55, 4, 1], Time.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task Hub_StaysBusy_IsGivenUp()
    {
        for (var i = 0; i < Retries.Most; i++)
        {
            Hub.Next("list", 500);
        }

        var refused = await Refused();
        Assert.Equal(ExitCode.Unreachable, refused.ExitCode);
        Assert.Contains("answers 500 (6 times)", refused.Message, StringComparison.Ordinal);
        Assert.Equal([1, 2, 4, 8, 16], Time.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task Hub_AsksForAnHour_IsNotWaitedFor()
    {
        Hub.Next("list", 429, ("Retry-After", "3600"));
        Assert.Contains("wait 60 minutes", (await Refused()).Message, StringComparison.Ordinal);
        Assert.Empty(Time.Waits);
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
}
