using System.Reflection;
using Seal.Reports.Html;

namespace Seal.Pages.Views;

/// <summary>What all pages have: a head, where one is, and the place that is renewed while the sweep goes on.</summary>
internal static class Layout
{
    /// <summary>Stands where the buttons come in: they differ from viewer to viewer, the rest of a page does not.</summary>
    internal const string Buttons = "<!--buttons-->";

    private const int RefreshSeconds = 5;

    /// <param name="title">The page's own name.</param>
    /// <param name="trail">Where it hangs: name and address, from the outside in.</param>
    /// <param name="feed">Where it hears of changes; null for a page that stays as it is.</param>
    /// <param name="main">Writes what the page is about.</param>
    /// <param name="version">What the feed calls this state of things; 0 where it has no name.</param>
    public static string Page(string title, IReadOnlyList<(string Name, string Address)> trail, string? feed, Action<Markup> main, long version = 0)
    {
        var page = new Markup();
        page.Add($"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/><meta name=\"viewport\" content=\"width=device-width, ");
        page.Add($"initial-scale=1\"/><meta name=\"color-scheme\" content=\"light dark\"/><title>{title} · Seal.Orleans</title>");
        page.Add($"<link rel=\"stylesheet\" href=\"/page.css\"/><link rel=\"icon\" href=\"data:,\"/>");
        if (feed is not null)
        {
            // Without scripts the page renews itself whole.
            page.Add(
                $"<noscript><meta http-equiv=\"refresh\" content=\"{RefreshSeconds}\"/></noscript><script src=\"/page.js\" defer=\"\"></script>"
            );
        }

        page.Add($"</head><body");
        if (feed is not null)
        {
            page.Add($" data-feed=\"{feed}\" data-version=\"{version}\"");
        }

        page.Add($">\n<header class=\"topbar\"><nav class=\"trail\">");
        page.Add($"<a class=\"brand\" href=\"{Link.Home}\">Seal.Orleans</a>");
        foreach (var (name, address) in trail)
        {
            page.Add($"<span>/</span><a href=\"{address}\">{name}</a>");
        }

        page.Add(
            $"</nav><nav><a href=\"{Link.Slots}\">Slots</a>{new Raw(feed is null ? "" : "<span id=\"live\" class=\"mark\">live</span>")}</nav></header>\n<main>\n"
        );
        main(page);
        page.Add($"</main>\n<footer>Everything here is read from the store. Reading it starts nothing and changes nothing.</footer></body></html>\n");
        return page.ToString();
    }

    /// <summary>The style sheet of pages and reports.</summary>
    public static string Style { get; } = HtmlReportStyle() + Read(typeof(Layout).Assembly, "page.css");

    public static string Script { get; } = Read(typeof(Layout).Assembly, "page.js");

    private static string HtmlReportStyle() => Read(typeof(Reports.HtmlReport).Assembly, "report.css");

    private static string Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
