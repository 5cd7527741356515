using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Seal.Core.Json;
using Seal.Core.Programs;
using Seal.Core.Sweeps;
using Seal.Pages.Live;
using Seal.Pages.Views;
using Seal.Silo.Reading;

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
        routes.MapGet(Link.Slots, async (CancellationToken gone) => Html(SlotsPage.Write(options.Slots is { } slots ? await slots(gone) : null)));
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

                var asked = phase is null ? null : PhaseId.Parse(phase);
                var which = asked ?? shown.Reading.Log.UnderWay?.Phase ?? shown.Phases.LastOrDefault(one => !one.Phase.IsShow)?.Phase;
                return feeds.Of(sweep).Rendered($"run {run} {which}", view.Version, () => RunPageOf(view, shown, which, context.RequestAborted));
            }
        );

    private async Task<string?> RunPageOf(SweepView view, RunView run, PhaseId? phase, CancellationToken gone)
    {
        var tasks =
            phase is null ? []
            : phase == run.Reading.Log.UnderWay?.Phase ? [.. run.UnderWay]
            : await Candidates(run, phase.Value, gone);
        return tasks is null ? null : RunPage.Write(view, run, phase, tasks);
    }

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
        Shown(sweep, context, view => feeds.Of(sweep).Rendered($"task {task}", view.Version, () => TaskPageOf(view, task, context.RequestAborted)));

    private async Task<string?> TaskPageOf(SweepView view, string task, CancellationToken gone)
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
                var records = (await feeds.Reader.TasksOf(phase.Entry, gone)).Tasks;
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

        return TaskPage.Write(view, task, TaskPictures.Draw(task, await feeds.Reader.Blob(reference, gone)), tried);
    }

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
