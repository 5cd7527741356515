using Seal.Reports.Html;

namespace Seal.Pages.Views;

/// <summary>Who computes: silos with their slots, and what a slot is at.</summary>
internal static class SlotsPage
{
    /// <param name="slots">What is known of them now; null where no process that has any serves this page.</param>
    /// <param name="dashboard">Where the Orleans Dashboard is, or null.</param>
    public static string Write(IReadOnlyList<SlotLine>? slots, string? dashboard) =>
        Layout.Page(
            "Slots",
            [("slots", Link.Slots)],
            slots is null ? null : Link.SlotsFeed,
            page =>
            {
                page.Add($"<h1>Slots</h1>\n");
                if (dashboard is not null)
                {
                    page.Add($"<p>Grains, calls and silos: the <a href=\"{dashboard}/\">Orleans Dashboard</a>.</p>\n");
                }

                if (slots is null)
                {
                    page.Add($"<p>Nobody computes here: this page only reads the store.</p>\n");
                    return;
                }

                if (slots.Count == 0)
                {
                    page.Add($"<p>There is no slot at the moment.</p>\n");
                    return;
                }

                page.Add($"<div class=\"scroll\"><table><thead><tr><th>slot</th><th class=\"left\">state</th><th class=\"left\">at work on</th>");
                page.Add($"<th>progress</th><th class=\"wide-only\">memory</th></tr></thead><tbody>\n");
                foreach (var slot in slots)
                {
                    page.Add($"<tr><td class=\"row\"><b>{slot.Name}</b></td><td class=\"text\">{slot.State}</td><td class=\"text\">{slot.Work}</td>");
                    page.Add($"<td>{slot.Progress}</td><td class=\"wide-only\">{slot.Memory}</td></tr>\n");
                }

                page.Add($"</tbody></table></div>\n");
            }
        );
}
