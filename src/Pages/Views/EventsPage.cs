using Seal.Pages.Live;
using Seal.Reports.Html;

namespace Seal.Pages.Views;

/// <summary>Everything that has happened to a sweep, the newest first, a page at a time.</summary>
internal static class EventsPage
{
    private const int PerPage = 200;

    /// <param name="sweep">The sweep.</param>
    /// <param name="before">Events from this number down; null for the newest.</param>
    public static string Write(SweepView sweep, long? before) =>
        Layout.Page(
            "Events",
            [(sweep.Name, Link.Sweep(sweep.Name)), ("events", Link.Events(sweep.Name))],
            sweep.IsEnded || before is not null ? null : Link.Feed(sweep.Name),
            page =>
            {
                var newest = (int)Math.Clamp(before ?? sweep.Events.Count, 0, sweep.Events.Count);
                page.Add(
                    $"<h1>Events</h1><p class=\"lead\">{Count.Of(sweep.Events.Count, "event")}, numbered without gaps.</p>\n<ol class=\"events\">\n"
                );
                var oldest = Math.Max(0, newest - PerPage);
                foreach (var one in sweep.Events.Skip(oldest).Take(newest - oldest).Reverse())
                {
                    SweepPage.EventLine(page, sweep.Name, one);
                }

                page.Add($"</ol>");
                if (oldest > 0)
                {
                    page.Add($"<p><a href=\"{Link.Events(sweep.Name)}?before={oldest}\">Older</a></p>\n");
                }
            },
            sweep.Version
        );
}
