using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Seal.Core.Candidates;
using Seal.Core.Json;
using Seal.Core.Programs;
using Seal.Core.Steering;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Pages.Live;
using Seal.Pages.Views;
using Seal.Reports.Html;
using Seal.Silo.Reading;

namespace Seal.Pages.Hosting;

/// <summary>The addresses of the pages.</summary>
internal sealed class PageEndpoints(PageOptions options, Feeds feeds, PageLock door)
{
    private static readonly IReadOnlyList<(string Word, SweepMode Mode)> Wishes =
    [
        ("pause", SweepMode.Pause),
        ("resume", SweepMode.Run),
        ("stop", SweepMode.Stop),
        ("cancel", SweepMode.Cancel),
    ];

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/page.css", () => TypedResults.Text(Layout.Style, "text/css; charset=utf-8"));
        routes.MapGet("/page.js", () => TypedResults.Text(Layout.Script, "text/javascript; charset=utf-8"));
        routes.MapGet("/", async (CancellationToken gone) => Html(SweepsPage.Write(options.StoreName, await feeds.All(gone))));
        routes.MapGet("/feed", (CancellationToken gone) => TypedResults.ServerSentEvents(AllChanges(gone)));
        routes.MapGet(
            Link.Slots,
            async (CancellationToken gone) => Html(SlotsPage.Write(options.Slots is { } slots ? await slots(gone) : null))
        );
        routes.MapGet("/sweeps/{sweep}", Sweep);
        routes.MapGet(
            "/sweeps/{sweep}/events",
            (string sweep, long? before, HttpContext context) =>
                Shown(sweep, context, view => Task.FromResult<string?>(EventsPage.Write(view, before)))
        );
        routes.MapGet("/sweeps/{sweep}/feed", Feed);
        routes.MapGet("/sweeps/{sweep}/runs/{run}", Run);
        routes.MapGet("/sweeps/{sweep}/runs/{run}/{phase}/{task}/{index:int}", Candidate);
        routes.MapGet("/sweeps/{sweep}/tasks/{task}", TaskOf);
        foreach (var (word, mode) in Wishes)
        {
            routes.MapPost($"/sweeps/{{sweep}}/{word}", (string sweep, HttpContext context, IAntiforgery forgery) => Wish(sweep, mode, context, forgery));
        }
    }

    private Task<IResult> Sweep(string sweep, HttpContext context, IAntiforgery forgery) =>
        Shown(
            sweep,
            context,
            view =>
            {
                var page = feeds.Of(sweep).Rendered(context.Request.Path, view.Version, () => SweepPage.Write(view));
                return Task.FromResult<string?>(page.Replace(Layout.Buttons, Buttons(view, context, forgery), StringComparison.Ordinal));
            }
        );

    private Task<IResult> Run(string sweep, string run, string? phase, HttpContext context) =>
        Shown(
            sweep,
            context,
            async view =>
            {
                if (view.Run(run) is not { } shown)
                {
                    return null;
                }

                var asked = phase is null ? null : PhaseId.Parse(phase);
                var underWay = shown.Reading.Log.UnderWay?.Phase;
                var which = asked ?? underWay ?? shown.Phases.LastOrDefault(one => !one.Phase.IsShow)?.Phase;
                var tasks =
                    which is null ? []
                    : which == underWay ? [.. shown.UnderWay]
                    : await Candidates(shown, which.Value, context.RequestAborted);
                return tasks is null
                    ? null
                    : feeds.Of(sweep).Rendered($"{context.Request.Path}?{which}", view.Version, () => RunPage.Write(view, shown, which, tasks));
            }
        );

    /// <summary>The candidates of a phase that has ended; null where it has not.</summary>
    private async Task<IReadOnlyList<(string Task, IReadOnlyList<CandidateView> Candidates)>?> Candidates(
        RunView run,
        PhaseId phase,
        CancellationToken cancellation
    ) =>
        run.Phases.FirstOrDefault(one => one.Phase == phase) is not { } ended
            ? null
            :
            [
                .. (await feeds.Reader.TasksOf(ended.Entry, cancellation)).Tasks.Select(task =>
                    (task.Task, (IReadOnlyList<CandidateView>)[.. task.Candidates.Select(candidate => CandidateView.Of(candidate, run.Score))])
                ),
            ];

    private Task<IResult> Candidate(string sweep, string run, string phase, string task, int index, HttpContext context) =>
        Shown(
            sweep,
            context,
            async view =>
            {
                var gone = context.RequestAborted;
                if (
                    view.Run(run) is not { } shown
                    || PhaseId.Parse(phase) is not { } of
                    || Reference(view, task) is not { } reference
                    || await feeds.Reader.TaskOf(shown.Reading.Submitted.Context, of, task, gone) is not { } reading
                )
                {
                    return null;
                }

                var details = await Details(reading, index, gone);
                var document = details?.Predictions is null ? null : await feeds.Reader.Blob(reference, gone);
                return CandidatePage.Write(view, shown, of, reading, index, details, TaskPictures.Answers(task, document, details));
            }
        );

    private Task<IResult> TaskOf(string sweep, string task, HttpContext context) =>
        Shown(
            sweep,
            context,
            async view =>
            {
                if (Reference(view, task) is not { } reference)
                {
                    return null;
                }

                var tried = new List<(RunView, PhaseId, IReadOnlyList<CandidateView>)>();
                foreach (var run in view.Runs)
                {
                    foreach (var phase in run.Phases.Where(phase => !phase.Phase.IsShow))
                    {
                        var records = (await feeds.Reader.TasksOf(phase.Entry, context.RequestAborted)).Tasks;
                        if (records.FirstOrDefault(record => record.Task == task) is { } record)
                        {
                            tried.Add((run, phase.Phase, [.. record.Candidates.Select(candidate => CandidateView.Of(candidate, run.Score))]));
                        }
                    }

                    if (run.Reading.Log.UnderWay is { Phase: var under } && run.UnderWay.FirstOrDefault(one => one.Task == task) is { Task: not null } now)
                    {
                        tried.Add((run, under, now.Candidates));
                    }
                }

                var document = await feeds.Reader.Blob(reference, context.RequestAborted);
                return TaskPage.Write(view, task, TaskPictures.Draw(task, document), tried);
            }
        );

    /// <summary>
    /// What has happened, each event once under its number: a viewer that comes back names the last one it had (<c>Last-Event-ID</c>, as browsers
    /// do by themselves) and misses none. Between them <c>changed</c>, without a number, whenever a page would look different.
    /// </summary>
    private ServerSentEventsResult<string> Feed(string sweep, HttpContext context)
    {
        var last = long.TryParse(context.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : (long?)null;
        return TypedResults.ServerSentEvents(Changes(sweep, last, context.RequestAborted));
    }

    private async IAsyncEnumerable<SseItem<string>> Changes(string sweep, long? last, [EnumeratorCancellation] CancellationToken gone)
    {
        var version = -1L;
        for (var told = last; ; )
        {
            SweepView? view;
            try
            {
                view = await feeds.Of(sweep).Now(gone);
            }
            catch (Exception unreadable) when (Unreadable.Is(unreadable))
            {
                view = null;
            }

            if (view is not null)
            {
                // Who comes for the first time has the page with all that was before; its version says whether it is still the newest.
                told ??= view.Events.Count;
                if (version < 0)
                {
                    yield return new SseItem<string>(view.Version.ToString(CultureInfo.InvariantCulture), "now");
                }

                foreach (var one in view.Events.Skip((int)Math.Min(int.MaxValue, told.Value)))
                {
                    told = one.Sequence;
                    yield return new SseItem<string>(SealJson.ToText(one), "event") { EventId = one.Sequence.ToString(CultureInfo.InvariantCulture) };
                }

                if (version >= 0 && view.Version != version)
                {
                    yield return new SseItem<string>(view.Version.ToString(CultureInfo.InvariantCulture), "changed");
                }

                version = view.Version;
            }

            await Task.Delay(SweepFeed.Period, options.Time, gone);
        }
    }

    private async IAsyncEnumerable<SseItem<string>> AllChanges([EnumeratorCancellation] CancellationToken gone)
    {
        for (var known = ""; ; )
        {
            var now = string.Join(' ', (await feeds.All(gone)).Select(one => $"{one.Name}:{one.View?.Version}"));
            // What slots are at changes all the time.
            yield return new SseItem<string>("", known.Length > 0 && (now != known || options.Slots is not null) ? "changed" : "now");

            known = now;
            await Task.Delay(2 * SweepFeed.Period, options.Time, gone);
        }
    }

    private async Task<IResult> Wish(string sweep, SweepMode mode, HttpContext context, IAntiforgery forgery)
    {
        if (options.Steer is null || !door.Knows(context))
        {
            return Refused("This page only reads. Open it with the address that the console printed: its token is what buttons ask for.");
        }

        if (!await forgery.IsRequestValidAsync(context))
        {
            return Refused("This button was not pressed on a page of this process. Go back, reload the page and press it again.");
        }

        return StoreName.IsGood(sweep) && await options.Steer(sweep, mode) ? TypedResults.LocalRedirect(Link.Sweep(sweep)) : NotFound();
    }

    private string Buttons(SweepView view, HttpContext context, IAntiforgery forgery)
    {
        if (options.Steer is null || view.IsEnded || !door.Knows(context))
        {
            return "";
        }

        var tokens = forgery.GetAndStoreTokens(context);
        var page = new Markup();
        page.Add($"<div class=\"buttons\">");
        foreach (var (word, _) in Wishes.Where(wish => Fits(wish.Mode, view.State.State)))
        {
            page.Add($"<form method=\"post\" action=\"{Link.Wish(view.Name, word)}\"><input type=\"hidden\" name=\"{tokens.FormFieldName}\" ");
            page.Add($"value=\"{tokens.RequestToken}\"/><button>{char.ToUpperInvariant(word[0])}{word[1..]}</button></form>");
        }

        return page.Add($"</div>\n").ToString();
    }

    private static bool Fits(SweepMode wish, SweepState state) =>
        (state is SweepState.Running or SweepState.Stopping) != (wish == SweepMode.Run);

    private async Task<IResult> Shown(string sweep, HttpContext context, Func<SweepView, Task<string?>> write)
    {
        try
        {
            return
                StoreName.IsGood(sweep)
                && await feeds.Of(sweep).Now(context.RequestAborted) is { } view
                && await write(view) is { } page
                ? Html(page)
                : NotFound();
        }
        catch (Exception unreadable) when (Unreadable.Is(unreadable))
        {
            return Html(
                Layout.Page("Unreadable", [], null, page => page.Add($"<h1>This cannot be read</h1><p class=\"warn\">{unreadable.Message}</p>\n")),
                StatusCodes.Status503ServiceUnavailable
            );
        }
    }

    private async Task<TrialDetails?> Details(TaskReading task, int index, CancellationToken cancellation)
    {
        var sha256 =
            task.State.Ended?.Record?.Candidates.ElementAtOrDefault(index)?.Trial?.Details
            ?? (CandidateView.PackOf(task, index) is var (pack, slot) ? pack.Outcome?.Trials?[slot]?.Details : null);
        return sha256 is not null && await feeds.Reader.Blob(sha256, cancellation) is { } bytes ? Parsed(bytes) : null;
    }

    private static TrialDetails? Parsed(byte[] bytes)
    {
        try
        {
            return SealJson.Parse<TrialDetails>(bytes);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The hash of a task's document.</summary>
    private static string? Reference(SweepView view, string task) =>
        view.State.Submission!.Training.Concat(view.State.Submission.Evaluation).FirstOrDefault(one => one.Id == task)?.Sha256;

    private static ContentHttpResult NotFound() =>
        Html(
            Layout.Page("Not found", [], null, page => page.Add($"<h1>There is nothing here</h1><p><a href=\"{Link.Home}\">All sweeps</a></p>\n")),
            StatusCodes.Status404NotFound
        );

    private static ContentHttpResult Refused(string why) =>
        Html(
            Layout.Page("Refused", [], null, page => page.Add($"<h1>Refused</h1><p class=\"warn\">{why}</p>\n")),
            StatusCodes.Status403Forbidden
        );

    private static ContentHttpResult Html(string page, int status = StatusCodes.Status200OK) =>
        TypedResults.Text(page, "text/html; charset=utf-8", statusCode: status);
}
