using System.Net.ServerSentEvents;
using Microsoft.Extensions.Time.Testing;
using Seal.Pages.Live;
using Seal.Pages.Tests.Support;

namespace Seal.Pages.Tests;

public sealed class FeedTests
{
    private const string Feed = $"/sweeps/{WrittenStore.Sweep}/feed";

    [Fact]
    public async Task Viewer_KilledAndBackAgainAndAgain_MissesNoEventOfAThousandAndSeesNoneTwice()
    {
        using var store = await WrittenStore.Of(1, 2, 2, 1);
        await store.Happen(1000);
        await using var page = await ServedPage.Of(store);
        var seen = new List<long>();
        var last = 0L;
        while (last < 1000)
        {
            // Gone after some 90 events, in the middle of a stream.
            foreach (var id in await Ids(page, last, Math.Min(90, 1000 - (int)last)))
            {
                seen.Add(id);
                last = id;
            }
        }

        Assert.Equal(Enumerable.Range(1, 1000).Select(n => (long)n), seen);
    }

    [Fact]
    public async Task Viewer_WhoComesForTheFirstTime_IsToldWhatHappensFromNowOn()
    {
        using var store = await WrittenStore.Of(1, 2, 2, 1);
        await store.Happen(5);
        await using var page = await ServedPage.Of(store);
        using var answer = await page.Http.GetAsync(new Uri(Feed, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await answer.Content.ReadAsStreamAsync();
        var items = SseParser.Create(stream).EnumerateAsync().GetAsyncEnumerator();
        var next = items.MoveNextAsync().AsTask();
        // The page must have been looked at once before something happens: else this is the first it sees.
        _ = await page.Read($"/sweeps/{WrittenStore.Sweep}");
        await store.Happen(1);
        while (await next && items.Current.EventType != "event")
        {
            next = items.MoveNextAsync().AsTask();
        }

        Assert.Equal("6", items.Current.EventId);
    }

    [Fact]
    public async Task Version_WhileNothingChanges_StaysAndThenRises()
    {
        using var store = await WrittenStore.Of(1, 2, 2, 1);
        var time = new FakeTimeProvider();
        using var feed = new SweepFeed(
            WrittenStore.Sweep,
            new Silo.Reading.SweepReader(store.Store, new Core.Artifacts.DocumentCache()),
            time,
            () => true
        );
        var first = (await feed.Now(default))!.Version;
        time.Advance(2 * SweepFeed.Period);
        Assert.Equal(first, (await feed.Now(default))!.Version);
        await store.End(0, 1, (_, i) => WrittenStore.Tried(i, true));
        // Not read again before its time: many viewers cost one reading.
        Assert.Equal(first, (await feed.Now(default))!.Version);
        time.Advance(2 * SweepFeed.Period);
        Assert.Equal(first + 1, (await feed.Now(default))!.Version);
    }

    [Fact]
    public async Task Event_ThatChangesNothingElse_IsANewVersionToo()
    {
        using var store = await WrittenStore.Of(1, 2, 2, 1);
        var time = new FakeTimeProvider();
        using var feed = Over(store, time);
        var first = (await feed.Now(default))!;
        await store.Happen(1);
        time.Advance(2 * SweepFeed.Period);
        var then = (await feed.Now(default))!;
        Assert.True(then.Version > first.Version);
        Assert.Single(then.Events);
    }

    [Fact]
    public async Task EndedSweep_WhoseLastEventsComeLater_GetsThem()
    {
        using var store = await WrittenStore.Of(1, 2, 2, 1);
        var time = new FakeTimeProvider();
        using var feed = Over(store, time);
        await store.Stand(Grains.Abstractions.SweepState.Completed);
        var ended = (await feed.Now(default))!;
        Assert.Empty(ended.Events);
        await store.Happen(2);
        time.Advance(2 * SweepFeed.Period);
        var then = (await feed.Now(default))!;
        Assert.Equal(2, then.Events.Count);
        Assert.True(then.Version > ended.Version);
    }

    [Fact]
    public async Task ReadingThatFails_IsTriedAgainAndHidesNothing()
    {
        using var store = await WrittenStore.Of(1, 2, 2, 1);
        await store.End(0, 1, (_, i) => WrittenStore.Tried(i, true));
        var time = new FakeTimeProvider();
        using var feed = Over(store, time);
        var first = (await feed.Now(default))!;
        await store.Store.WriteAsync($"grains/sweep/{WrittenStore.Sweep}.json", "nonsense"u8.ToArray(), Core.Artifacts.WriteCondition.Always);
        time.Advance(2 * SweepFeed.Period);
        await Assert.ThrowsAnyAsync<Exception>(() => feed.Now(default));
        await store.Stand(Grains.Abstractions.SweepState.Stopping);
        Assert.True((await feed.Now(default))!.Version > first.Version);
    }

    private static SweepFeed Over(WrittenStore store, TimeProvider time) =>
        new(WrittenStore.Sweep, new Silo.Reading.SweepReader(store.Store, new Core.Artifacts.DocumentCache()), time, () => true);

    /// <summary>Ids of the next events, until enough have come.</summary>
    private static async Task<List<long>> Ids(ServedPage page, long after, int count)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Feed);
        request.Headers.TryAddWithoutValidation("Last-Event-ID", after.ToString(System.Globalization.CultureInfo.InvariantCulture));
        using var answer = await page.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await answer.Content.ReadAsStreamAsync();
        var ids = new List<long>();
        await foreach (var item in SseParser.Create(stream).EnumerateAsync())
        {
            if (item.EventId is { Length: > 0 } id && item.EventType == "event")
            {
                ids.Add(long.Parse(id, System.Globalization.CultureInfo.InvariantCulture));
                if (ids.Count == count)
                {
                    break;
                }
            }
        }

        return ids;
    }
}
