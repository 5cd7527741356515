using Microsoft.AspNetCore.Antiforgery;
using Seal.Core.Steering;
using Seal.Grains.Abstractions;
using Seal.Pages.Live;
using Seal.Pages.Views;
using Seal.Reports.Html;

namespace Seal.Pages.Hosting;

/// <summary>What a viewer who knows the token may wish.</summary>
internal sealed class PageButtons(PageOptions options, Feeds feeds, PageLock door, IAntiforgery forgery)
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
        foreach (var (word, mode) in Wishes)
        {
            routes.MapPost($"/sweeps/{{sweep}}/{word}", (string sweep, HttpContext context) => Press(sweep, mode, context));
        }
    }

    /// <summary>The buttons of a sweep, for this viewer.</summary>
    public string Of(SweepView view, HttpContext context)
    {
        if (options.Steer is null || view.IsEnded || !door.Knows(context))
        {
            return "";
        }

        var tokens = forgery.GetAndStoreTokens(context);
        var page = new Markup();
        page.Add($"<div class=\"buttons\">");
        foreach (var (word, _) in Wishes.Where(wish => Fits(wish.Mode, view)))
        {
            page.Add($"<form method=\"post\" action=\"{Link.Wish(view.Name, word)}\"><input type=\"hidden\" name=\"{tokens.FormFieldName}\" ");
            page.Add($"value=\"{tokens.RequestToken}\"/><button>{char.ToUpperInvariant(word[0])}{word[1..]}</button></form>");
        }

        return page.Add($"</div>\n").ToString();
    }

    private async Task<IResult> Press(string sweep, SweepMode mode, HttpContext context)
    {
        if (options.Steer is null || !door.Knows(context))
        {
            return PageEndpoints.Refused(
                "This page only reads. Open it with the address that the console printed: its token is what buttons ask for."
            );
        }

        if (!await forgery.IsRequestValidAsync(context))
        {
            return PageEndpoints.Refused("This button was not pressed on a page of this process. Go back, reload the page and press it again.");
        }

        return await feeds.Now(sweep, context.RequestAborted) is null ? PageEndpoints.NotFound()
            : await options.Steer(sweep, mode) is { } why ? PageEndpoints.Refused(why)
            : TypedResults.LocalRedirect(Link.Sweep(sweep));
    }

    private static bool Fits(SweepMode wish, SweepView view) =>
        (view.IsHosted, view.State.State) switch
        {
            // What nobody runs can be marked as cancelled; to go on with it takes a process, not a page.
            (false, var state) => wish == SweepMode.Cancel && state != SweepState.Cancelled,
            (true, SweepState.Running) => wish != SweepMode.Run,
            (true, SweepState.Cancelled) => wish == SweepMode.Run,
            _ => wish is SweepMode.Run or SweepMode.Cancel,
        };
}
