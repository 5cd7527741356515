using Microsoft.AspNetCore.Http.HttpResults;
using Seal.Core.Sweeps;
using Seal.Pages.Live;
using Seal.Pages.Views;

namespace Seal.Pages.Hosting;

/// <summary>The addresses of the pages.</summary>
internal sealed class PageEndpoints(PageOptions options, Feeds feeds, PageStreams streams, PageButtons buttons)
{
    public void Map(IEndpointRouteBuilder application)
    {
        var routes = application.MapGroup("").AddEndpointFilter(TellFailures);
        routes.MapGet("/page.css", () => TypedResults.Text(Layout.Style, "text/css; charset=utf-8"));
        routes.MapGet("/page.js", () => TypedResults.Text(Layout.Script, "text/javascript; charset=utf-8"));
        routes.MapGet("/", async (CancellationToken gone) => Html(SweepsPage.Write(options.StoreName, await feeds.All(gone))));
        routes.MapGet(
            Link.Slots,
            async (CancellationToken gone) => Html(SlotsPage.Write(options.Slots is { } slots ? await slots(gone) : null, options.Dashboard))
        );
        routes.MapGet("/sweeps/{sweep}", Sweep);
        routes.MapGet(
            "/sweeps/{sweep}/events",
            (string sweep, long? before, HttpContext context) =>
                Shown(sweep, context, view => Task.FromResult<string?>(EventsPage.Write(view, before)))
        );
        routes.MapGet("/sweeps/{sweep}/runs/{run}", Run);
        routes.MapGet("/sweeps/{sweep}/runs/{run}/{phase}/{task}/{index:int}", Candidate);
        routes.MapGet("/sweeps/{sweep}/tasks/{task}", TaskOf);
        streams.Map(routes);
        buttons.Map(routes);
    }

    private Task<IResult> Sweep(string sweep, HttpContext context) =>
        Shown(
            sweep,
            context,
            async view =>
            {
                var resume = view.IsHosted || view.IsEnded ? null : options.Resume?.Invoke(view.Name);
                var page = await feeds.Of(sweep).Rendered("", view.Version, () => Task.FromResult<string?>(SweepPage.Write(view, resume)));
                return page!.Replace(Layout.Buttons, buttons.Of(view, context), StringComparison.Ordinal);
            }
        );

    private Task<IResult> Run(string sweep, string run, string? phase, HttpContext context) =>
        Shown(
            sweep,
            context,
            view =>
            {
                if (view.Run(run) is not { } shown)
                {
                    return Task.FromResult<string?>(null);
                }

                var which = (phase is null ? null : PhaseId.Parse(phase)) ?? SweepContents.ShownPhase(shown);
                return feeds.Of(sweep).Rendered($"run {run} {which}", view.Version, () => RunPageOf(view, shown, which, context.RequestAborted));
            }
        );

    private async Task<string?> RunPageOf(SweepView view, RunView run, PhaseId? phase, CancellationToken gone)
    {
        var tasks = phase is { } of ? await feeds.Contents.Candidates(run, of, gone) : [];
        return tasks is null ? null : RunPage.Write(view, run, phase, tasks);
    }

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
                    || SweepContents.Task(view, task) is null
                    || await feeds.Contents.TaskOf(shown, of, task, gone) is not { } reading
                )
                {
                    return null;
                }

                if (
                    CandidateView.Of(reading.State.Work!.Count, reading, shown.ScoreIn(of)).FirstOrDefault(one => one.Index == index)
                    is not { } candidate
                )
                {
                    return null;
                }

                var details = await feeds.Contents.Details(reading, index, gone);
                var document = details?.Predictions is null ? null : await feeds.Contents.Document(view, task, gone);
                var texts = await feeds.Contents.Texts(view, shown, of, task, candidate, gone);
                return CandidatePage.Write(view, shown, of, reading, candidate, details, TaskPictures.Answers(task, document, details), texts);
            }
        );

    private Task<IResult> TaskOf(string sweep, string task, HttpContext context) =>
        Shown(sweep, context, view => feeds.Of(sweep).Rendered($"task {task}", view.Version, () => TaskPageOf(view, task, context.RequestAborted)));

    private async Task<string?> TaskPageOf(SweepView view, string task, CancellationToken gone) =>
        SweepContents.Task(view, task) is null
            ? null
            : TaskPage.Write(
                view,
                task,
                TaskPictures.Draw(task, await feeds.Contents.Document(view, task, gone)),
                await feeds.Contents.Tried(view, task, gone)
            );

    private async Task<IResult> Shown(string sweep, HttpContext context, Func<SweepView, Task<string?>> write) =>
        await feeds.Now(sweep, context.RequestAborted) is { } view && await write(view) is { } page ? Html(page) : NotFound();

    /// <summary>Whatever fails is told in words: a store, a grain or the process that has the store may be away.</summary>
    private static async ValueTask<object?> TellFailures(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Exception failure) when (!context.HttpContext.RequestAborted.IsCancellationRequested)
        {
            var what = Unreadable.Is(failure) ? "This cannot be read" : "This could not be done";
            return Html(
                Layout.Page(what, [], null, page => page.Add($"<h1>{what}</h1><p class=\"warn\">{failure.Message}</p>\n")),
                StatusCodes.Status503ServiceUnavailable
            );
        }
    }

    internal static ContentHttpResult NotFound() =>
        Html(
            Layout.Page("Not found", [], null, page => page.Add($"<h1>There is nothing here</h1><p><a href=\"{Link.Home}\">All sweeps</a></p>\n")),
            StatusCodes.Status404NotFound
        );

    internal static ContentHttpResult Refused(string why) =>
        Html(Layout.Page("Refused", [], null, page => page.Add($"<h1>Refused</h1><p class=\"warn\">{why}</p>\n")), StatusCodes.Status403Forbidden);

    private static ContentHttpResult Html(string page, int status = StatusCodes.Status200OK) =>
        TypedResults.Text(page, "text/html; charset=utf-8", statusCode: status);
}
