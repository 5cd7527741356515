using System.Net;
using System.Text;
using System.Xml.Linq;
using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Steering;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Grains.Sweeps;
using Seal.Pages.Tests.Support;

namespace Seal.Pages.Tests;

public sealed class PageTests
{
    private const string Sweep = $"/sweeps/{WrittenStore.Sweep}";

    [Fact]
    public async Task Start_OfAnEmptyStore_SaysHowToBegin()
    {
        using var store = await WrittenStore.Of(1, 2, 2, 1);
        await store.Store.DeleteAsync($"grains/sweep/{WrittenStore.Sweep}.json");
        await using var page = await ServedPage.Of(store);
        Assert.Contains("seal run", await page.Text("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FailingCandidate_FromTheStartPage_IsThreeClicksAwayWithItsReason()
    {
        using var store = await WrittenStore.Of(1, 3, 2, 1);
        var bad = store.Submission.Evaluation[0].Id;
        await store.End(
            0,
            1,
            (task, i) =>
                task == bad && i == 1
                    ? new CandidateRecord(i, null, "it ends in the middle of a word", CandidateState.Invalid, null, null, null)
                    : WrittenStore.Tried(i, true)
        );
        await store.Begin(
            0,
            PhaseId.Evaluate(0),
            bad,
            [new Proposal("{}", "{}", null), new Proposal("half a wo", null, "it ends in the middle of a word")]
        );
        await using var page = await ServedPage.Of(store);
        var start = await page.Read("/");
        var first = start.Descendants("a").First(a => a.Value == WrittenStore.Sweep).Attribute("href")!.Value;
        var failures = (await page.Read(first)).Descendants("section").First(section => section.Attribute("id")?.Value == "failures");
        Assert.Contains("it ends in the middle of a word", failures.Value, StringComparison.Ordinal);
        var second = failures.Descendants("a").First().Attribute("href")!.Value;
        var candidate = await page.Text(second);
        Assert.Contains("it ends in the middle of a word", candidate, StringComparison.Ordinal);
        Assert.Contains("half a wo", candidate, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WithPhasesThatHaveEnded_CountsThemByHand()
    {
        using var store = await WrittenStore.Of(1, 4, 2, 2);
        // Of each task the first self-edit solves it and the second does not, but for one task where both do.
        var easy = store.Submission.Training[0].Id;
        await store.End(0, 2, (task, i) => WrittenStore.Tried(i, i == 0 || task == easy));
        await using var page = await ServedPage.Of(store);
        var rows = (await page.Read($"{Sweep}/runs/base-seal-s1")).Descendants("section").First(one => one.Attribute("id")?.Value == "phases");
        var round = rows.Descendants("tr").First(row => row.Value.Contains("train-1", StringComparison.Ordinal)).Elements("td").ToArray();
        Assert.Equal("8", round[1].Value); // candidates
        Assert.Equal("62.5 %", round[2].Value); // solved: 5 of 8
        Assert.Equal("75 %", round[5].Value); // mixed: 3 of 4 tasks
        Assert.Equal("0.625", round[6].Value); // mean reward
    }

    [Fact]
    public async Task PhaseUnderWay_ShowsWhatRunsWhatWaitsAndWhatCameToNothing()
    {
        using var store = await WrittenStore.Of(1, 2, 5, 1);
        var task = store.Submission.Evaluation[0].Id;
        Proposal[] proposals =
        [
            new("a", "{\"a\":1}", null),
            new("b", "{\"b\":1}", null),
            new("a again", "{\"a\":1}", null),
            new("nonsense", null, "no self-edit"),
            new("c", "{\"c\":1}", null),
        ];
        var leased = JobLedger.New with { State = JobState.Leased, Epoch = 2, Holder = "host/cpu-1", LastLoss = "no heartbeat" };
        await store.Begin(
            0,
            PhaseId.Evaluate(0),
            task,
            proposals,
            (0, JobLedger.New with { State = JobState.Done, Epoch = 1 }, new PackOutcome(0, [WrittenStore.Trial(true)], null, 1, 0, 1.5)),
            (1, leased, null)
        );
        await using var page = await ServedPage.Of(store);
        var map = (await page.Read($"{Sweep}/runs/base-seal-s1")).Descendants("section").First(one => one.Attribute("id")?.Value == "map");
        var cells = map.Descendants("rect").Take(5).Select(cell => cell.Attribute("class")!.Value);
        Assert.Equal(["hs", "run", "hs", "hf", "wait"], cells);
        var running = await page.Text($"{Sweep}/runs/base-seal-s1/evaluate-0/{task}/1");
        Assert.Contains("running, 2 attempts", running, StringComparison.Ordinal);
        Assert.Contains("host/cpu-1", running, StringComparison.Ordinal);
        Assert.Contains("no heartbeat", running, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Candidate_OfAForkedRun_IsFoundWhereItsOriginLeftIt()
    {
        using var store = await WrittenStore.Of(1, 2, 2, 1);
        var task = store.Submission.Evaluation[0].Id;
        await store.Begin(0, PhaseId.Evaluate(0), task, [new Proposal("as it was written then", "{}", null)]);
        await store.Fork(0);
        await using var page = await ServedPage.Of(store);
        var candidate = await page.Text($"{Sweep}/runs/base-seal-s1/evaluate-0/{task}/0");
        Assert.Contains("as it was written then", candidate, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Task_OfArc_IsDrawnAndListsEveryTry()
    {
        using var store = await WrittenStore.Of(2, 2, 3, 1);
        await store.End(0, 2, (_, i) => WrittenStore.Tried(i, i == 0));
        await store.End(1, 2, (_, i) => WrittenStore.Tried(i, false));
        await using var page = await ServedPage.Of(store);
        var task = await page.Read($"{Sweep}/tasks/{store.Submission.Training[0].Id}");
        Assert.Contains(task.Descendants("svg"), svg => svg.Attribute("aria-label")?.Value.StartsWith("grid of", StringComparison.Ordinal) == true);
        var tried = task.Descendants("section").First(one => one.Attribute("id")?.Value == "tried");
        Assert.Equal(["1 of 3", "0 of 3"], tried.Descendants("tbody").Elements("tr").Select(row => row.Elements("td").ElementAt(1).Value));
    }

    [Fact]
    public async Task Pages_WithFiftyHostileTexts_ShowThemAsText()
    {
        string[] hostile =
        [
            .. Enumerable
                .Range(0, 10)
                .SelectMany(n =>
                    new[]
                    {
                        $"<script>alert({n})</script>",
                        $"\"><img src=x onerror=alert({n})>",
                        $"</pre></td></table><h1>{n}</h1>",
                        $"{n} & <b>bold</b> '\" \u0001 \u202e \ud83d\ude00",
                        $"]]><svg/onload=alert({n})>{{{{{n}}}}}",
                    }
                ),
        ];
        Assert.Equal(50, hostile.Length);
        using var store = await WrittenStore.Of(1, 1, 50, 1);
        var task = store.Submission.Evaluation[0].Id;
        await store.Begin(0, PhaseId.Evaluate(0), task, [.. hostile.Select(text => new Proposal(text, null, text))]);
        await using var page = await ServedPage.Of(store);
        foreach (var (i, text) in hostile.Index())
        {
            // Well-formed already says that nothing broke out; what was written is there to be read, and no script but the page's own.
            var candidate = await page.Read($"{Sweep}/runs/base-seal-s1/evaluate-0/{task}/{i}");
            Assert.Contains(text.Replace('\u0001', '\ufffd'), candidate.Root!.Value, StringComparison.Ordinal);
            Assert.All(candidate.Descendants("script"), script => Assert.Equal("/page.js", script.Attribute("src")!.Value));
            Assert.DoesNotContain(
                candidate.Descendants(),
                element => element.Attributes().Any(one => one.Name.LocalName.StartsWith("on", StringComparison.Ordinal))
            );
        }

        _ = await page.Read(Sweep);
        _ = await page.Read($"{Sweep}/runs/base-seal-s1");
    }

    [Theory]
    [InlineData("/sweeps/none")]
    [InlineData("/sweeps/..%2f..%2fstore")]
    [InlineData($"{Sweep}/runs/none")]
    [InlineData($"{Sweep}/tasks/none")]
    [InlineData($"{Sweep}/runs/base-seal-s1?phase=train-7")]
    [InlineData($"{Sweep}/runs/base-seal-s1/evaluate-0/none/0")]
    [InlineData($"{Sweep}/runs/base-seal-s1/nonsense/none/0")]
    public async Task Address_OfNothing_IsNotFound(string address)
    {
        using var store = await WrittenStore.Of(1, 2, 2, 1);
        await using var page = await ServedPage.Of(store);
        Assert.Equal(HttpStatusCode.NotFound, await page.Status(address));
    }

    [Fact]
    public async Task DamagedDocument_IsNamedAndHidesNoOtherSweep()
    {
        using var store = await WrittenStore.Of(1, 2, 2, 1);
        await store.Store.WriteAsync("grains/sweep/broken.json", "nonsense"u8.ToArray(), WriteCondition.Always);
        await using var page = await ServedPage.Of(store);
        var start = await page.Text("/");
        Assert.Contains(WrittenStore.Sweep, start, StringComparison.Ordinal);
        Assert.Contains("grains/sweep/broken.json", start, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await page.Status("/sweeps/broken"));
    }

    [Fact]
    public async Task FirstPage_OfTwelveRunsFifteenTasksTenCandidates_IsSmall()
    {
        using var store = await WrittenStore.Of(12, 15, 10, 4);
        for (var run = 0; run < 12; run++)
        {
            await store.End(run, 5, (_, i) => WrittenStore.Tried(i, i < 3));
        }

        await using var page = await ServedPage.Of(store);
        var bytes = Encoding.UTF8.GetByteCount((await page.Read(Sweep)).ToString());
        Assert.InRange(bytes, 10_000, 100_000);
    }
}
