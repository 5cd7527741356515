using System.Text;
using Seal.Core.Artifacts;
using Seal.Core.Judges;
using Seal.Core.Sweeps;
using Seal.Grains.Tests.Support;
using Seal.Silo.Judging;
using Seal.Silo.Storage;
using Reply = Seal.Grains.Tests.Judging.StubJudge.Reply;

namespace Seal.Grains.Tests.Judging;

/// <summary>A judge behind an address: what it is asked, how its answers are read, what comes of its troubles.</summary>
public sealed class EndpointJudgeTests
{
    private const string Key = "sk-a-secret-of-ours";

    private static readonly JudgeQuery Query = new("org/judge", "who?", "he", "it was he", "Is it right?");

    private readonly DirectoryArtifactStore _store = new(new MemoryFiles());
    private readonly HastyTime _time = new();

    [Theory]
    [InlineData("yes", true)]
    [InlineData(" Yes.\n", true)]
    [InlineData("NO", false)]
    public async Task Ask_YesOrNo_IsTheVerdict(string said, bool correct)
    {
        using var server = new StubJudge(_ => Reply.Says(said));
        using var judge = Judge(server);

        Assert.Equal(correct, await judge.Ask(Query, _ => { }, default));

        var request = Assert.Single(server.Requests);
        Assert.Equal(
            ("/v1/chat/completions", $"Bearer {Key}", Query.Judge, Query.Prompt, 0),
            (request.Path, request.Authorization, request.Model, request.Prompt, request.Temperature)
        );
    }

    [Theory]
    [InlineData("Yes, because it says so")]
    [InlineData("no!")]
    [InlineData("")]
    [InlineData("yes no")]
    public async Task Ask_NeitherYesNorNo_IsAskedThreeTimesAndFails(string said)
    {
        using var server = new StubJudge(_ => Reply.Says($"{said} {Key}"));
        using var judge = Judge(server);

        var failure = await Assert.ThrowsAsync<JudgeException>(() => judge.Ask(Query, _ => { }, default));

        Assert.Equal(3, server.Requests.Count);
        Assert.Contains("where yes or no is expected. Question: \"who?\"", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_NoCompletionAtFirst_IsAskedAgain()
    {
        using var server = new StubJudge(request => request.Number == 0 ? new Reply(200, "<html>") : Reply.Says("yes"));
        using var judge = Judge(server);
        Assert.True(await judge.Ask(Query, _ => { }, default));
        Assert.Equal(2, server.Requests.Count);
    }

    [Theory]
    [InlineData(429, "7", 7)]
    [InlineData(503, null, 1)]
    [InlineData(429, "86400", 300)]
    public async Task Ask_BusyAtFirst_WaitsAsLongAsItSays(int status, string? after, double seconds)
    {
        using var server = new StubJudge(request => request.Number == 0 ? new Reply(status, "", after) : Reply.Says("no"));
        using var judge = Judge(server);
        var waits = new List<string>();

        Assert.False(await judge.Ask(Query, waits.Add, default));

        Assert.Contains($"HTTP {status}", Assert.Single(waits), StringComparison.Ordinal);
        Assert.Equal([TimeSpan.FromSeconds(seconds)], _time.Waits);
    }

    [Fact]
    public async Task Ask_BusyForever_EndsAsATroubleThatPasses()
    {
        using var server = new StubJudge(_ => new Reply(500, Key));
        using var judge = Judge(server);
        var away = await Assert.ThrowsAnyAsync<IOException>(() => judge.Ask(Query, _ => { }, default));
        Assert.Equal(9, server.Requests.Count);
        Assert.DoesNotContain(Key, away.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, "SEAL_JUDGE_KEY")]
    [InlineData(403, "SEAL_JUDGE_KEY")]
    [InlineData(404, "SEAL_JUDGE_URL")]
    public async Task Ask_Refused_EndsAtOnceAndIsNotAskedAgain(int status, string named)
    {
        using var server = new StubJudge(_ => new Reply(status, $"Incorrect API key: {Key}"));
        using var judge = Judge(server);

        var refused = await Assert.ThrowsAsync<JudgeException>(() => judge.Ask(Query, _ => { }, default));
        // The jobs behind it do not train for nothing.
        Assert.Equal(refused.Message, Assert.Throws<JudgeException>(() => judge.Demand(Query.Judge)).Message);
        await Assert.ThrowsAsync<JudgeException>(() => judge.Ask(Query, _ => { }, default));

        Assert.Single(server.Requests);
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_NobodyListens_SaysWhere()
    {
        var server = new StubJudge(StubJudge.Compare);
        using var judge = Judge(server);
        server.Dispose();
        var away = await Assert.ThrowsAnyAsync<IOException>(() => judge.Ask(Query, _ => { }, default));
        Assert.Contains(new Uri(server.Url).Authority, away.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Verdicts_AskedAgainByAnotherProcess_AreReplayed()
    {
        using var server = new StubJudge(StubJudge.Compare);
        JudgeQuery[] queries = [Asked("a", "a"), Asked("a", "b"), Asked("a", "a"), Asked("c", "c")];
        bool[] expected = [true, false, true, true];
        var moved = 0;
        using (var judge = Judge(server))
        {
            Assert.Equal(expected, new StoredJudge(_store, judge, () => Interlocked.Increment(ref moved), _ => { }).Verdicts(queries, default));
        }

        Assert.Equal((3, 3), (server.Requests.Count, moved));
        Assert.Equal(expected, new StoredJudge(_store, null, () => { }, _ => { }).Verdicts(queries, default));
    }

    /// <summary>Another judge, wording, question, right answer or answer is another verdict.</summary>
    [Fact]
    public void Key_OfAVerdict_CoversAllThatWasAsked()
    {
        JudgeQuery[] others =
        [
            Query with
            {
                Judge = "b",
            },
            Query with
            {
                Question = "b",
            },
            Query with
            {
                Gold = "b",
            },
            Query with
            {
                Answer = "b",
            },
            Query with
            {
                Prompt = "b",
            },
        ];
        Assert.Equal(6, others.Append(Query).Select(JudgeVerdict.Key).Distinct().Count());
        Assert.All(others, query => Assert.True(ArtifactKey.IsGood(JudgeVerdict.Key(query))));
    }

    [Fact]
    public async Task Verdicts_TwoAskAtOnce_TheFirstToBeKeptHolds()
    {
        var said = 0;
        using var server = new StubJudge(_ => Reply.Says(Interlocked.Increment(ref said) == 1 ? "yes" : "no"));
        using var judge = Judge(server);
        var slow = new StoredJudge(_store, judge, () => KeepOther().GetAwaiter().GetResult(), _ => { });

        Assert.Equal([false], slow.Verdicts([Query], default));

        async Task KeepOther() =>
            await _store.WriteAsync(JudgeVerdict.Key(Query), StoredDocument.Format(new JudgeVerdict(Query, false)), WriteCondition.Absent);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Verdicts_DamagedOne_IsReportedAndAskedAgain()
    {
        using var server = new StubJudge(_ => Reply.Says("yes"));
        using var judge = Judge(server);
        var bytes = StoredDocument.Format(new JudgeVerdict(Query, false));
        bytes[^2] ^= 1;
        await _store.WriteAsync(JudgeVerdict.Key(Query), bytes, WriteCondition.Always);
        Assert.Equal([JudgeVerdict.Key(Query)], await Defects());

        Assert.Equal([true], new StoredJudge(_store, judge, () => { }, _ => { }).Verdicts([Query], default));

        Assert.Empty(await Defects());
        async Task<string[]> Defects()
        {
            var found = new List<string>();
            await foreach (var defect in new ArtifactAudit(_store).Verify())
            {
                found.Add(defect.Key);
            }

            return [.. found];
        }
    }

    [Fact]
    public void Demand_AnotherModelIsServed_NamesBothAndTheVariable()
    {
        var endpoint = Endpoint("http://127.0.0.1:1/v1", model: "small")!;
        endpoint.Demand("small");
        var mismatch = Assert.Throws<JudgeException>(() => endpoint.Demand("large"));
        Assert.Contains("judged by large (passages.judge), and SEAL_JUDGE_MODEL says small", mismatch.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://host/v1", null, "SEAL_JUDGE_URL")]
    [InlineData("https://user:word@host/v1", null, "SEAL_JUDGE_URL")]
    [InlineData("https://host/v1?key=x", null, "SEAL_JUDGE_URL")]
    [InlineData("host", null, "SEAL_JUDGE_URL")]
    [InlineData("http://host/v1", Key, "SEAL_JUDGE_URL begins with http://")]
    [InlineData("https://host/v1", "sk bad\u00e9", "SEAL_JUDGE_KEY")]
    public void Of_VariablesThatCannotBeUsed_NamesThemWithoutTheKey(string url, string? key, string named)
    {
        var refused = Assert.Throws<SweepException>(() => Endpoint(url, key: key));
        Assert.StartsWith(named, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(key ?? "word", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://host/v1/", "https://host/v1/chat/completions")]
    [InlineData("https://host/v1/chat/completions", "https://host/v1/chat/completions")]
    [InlineData("http://localhost:8000", "http://localhost:8000/chat/completions")]
    public void Of_AnAddress_GivesWhereToPost(string url, string expected) => Assert.Equal(expected, Endpoint(url)!.Completions.AbsoluteUri);

    [Fact]
    public void Of_NoAddress_IsNoJudge() => Assert.Null(JudgeEndpoint.Of(name => name == JudgeEndpoint.KeyVariable ? Key : null));

    private static JudgeQuery Asked(string gold, string answer) => new("m", "q", gold, answer, $"Right answer: {gold}\nGiven answer: {answer}");

    private EndpointJudge Judge(StubJudge server) => new(Endpoint(server.Url, key: Key)!, _time);

    private static JudgeEndpoint? Endpoint(string url, string? model = null, string? key = null) =>
        JudgeEndpoint.Of(name =>
            name switch
            {
                JudgeEndpoint.UrlVariable => url,
                JudgeEndpoint.ModelVariable => model,
                _ => key,
            }
        );
}
