using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Seal.Core.Json;
using Seal.Pages.Live;
using Seal.Pages.Views;

namespace Seal.Pages.Hosting;

/// <summary>What viewers hear while they look on: server-sent events.</summary>
internal sealed class PageStreams(PageOptions options, Feeds feeds)
{
    private int _watching;

    /// <summary>Whether somebody listens.</summary>
    public bool IsWatched => Volatile.Read(ref _watching) > 0;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/feed", (CancellationToken gone) => TypedResults.ServerSentEvents(AllChanges(gone)));
        routes.MapGet(Link.SlotsFeed, (CancellationToken gone) => TypedResults.ServerSentEvents(Ticks(gone)));
        routes.MapGet("/sweeps/{sweep}/feed", Feed);
    }

    /// <summary>
    /// What has happened, each event once under its number: a viewer that comes back names the last one it had (<c>Last-Event-ID</c>, as browsers
    /// do by themselves) and misses none. Between them <c>changed</c>, without a number, whenever a page would look different.
    /// </summary>
    private async Task<IResult> Feed(string sweep, HttpContext context)
    {
        if (await feeds.Now(sweep, context.RequestAborted) is null)
        {
            return PageEndpoints.NotFound();
        }

        var last = long.TryParse(context.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : (long?)null;
        return TypedResults.ServerSentEvents(Changes(sweep, last, context.RequestAborted));
    }

    private async IAsyncEnumerable<SseItem<string>> Changes(string sweep, long? last, [EnumeratorCancellation] CancellationToken gone)
    {
        using var watching = new Watching(this);
        var version = -1L;
        for (var told = last; ; )
        {
            if (await Looked(() => feeds.Now(sweep, gone)) is { } view)
            {
                if (version < 0)
                {
                    // Who comes for the first time has the page with all that was before; its version says whether it is still the newest. The
                    // number of the last event goes with it: who is cut off before the next one still knows where to go on.
                    told ??= view.Events.Count;
                    yield return Item("now", Number(view.Version), told);
                }

                foreach (var one in view.Events.Skip((int)Math.Min(int.MaxValue, told ?? 0)))
                {
                    told = one.Sequence;
                    yield return Item("event", SealJson.ToText(one), told);
                }

                if (version >= 0 && view.Version != version)
                {
                    yield return Item("changed", Number(view.Version));
                }

                version = view.Version;
            }

            await Task.Delay(SweepFeed.Period, options.Time, gone);
        }
    }

    private async IAsyncEnumerable<SseItem<string>> AllChanges([EnumeratorCancellation] CancellationToken gone)
    {
        using var watching = new Watching(this);
        for (string? known = null; ; )
        {
            if (await Looked(() => feeds.All(gone)) is { } all)
            {
                var now = string.Join(' ', all.Select(one => $"{one.Name}:{one.View?.Version}"));
                if (now != known)
                {
                    yield return Item(known is null ? "now" : "changed", "");
                }

                known = now;
            }

            await Task.Delay(2 * SweepFeed.Period, options.Time, gone);
        }
    }

    /// <summary>What slots are at changes all the time.</summary>
    private async IAsyncEnumerable<SseItem<string>> Ticks([EnumeratorCancellation] CancellationToken gone)
    {
        yield return Item("now", "");
        while (options.Slots is not null)
        {
            await Task.Delay(2 * SweepFeed.Period, options.Time, gone);
            yield return Item("changed", "");
        }
    }

    /// <summary>A store that is away for a moment ends no stream.</summary>
    private static async Task<T?> Looked<T>(Func<Task<T>> look)
        where T : class?
    {
        try
        {
            return await look();
        }
        catch (Exception unreadable) when (Unreadable.Is(unreadable))
        {
            return null;
        }
    }

    private static SseItem<string> Item(string kind, string data, long? id = null) =>
        new(data, kind) { EventId = id is { } number ? Number(number) : null };

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed class Watching : IDisposable
    {
        private readonly PageStreams _streams;

        public Watching(PageStreams streams)
        {
            _streams = streams;
            Interlocked.Increment(ref streams._watching);
        }

        public void Dispose() => Interlocked.Decrement(ref _streams._watching);
    }
}
