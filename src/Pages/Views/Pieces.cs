using System.Globalization;
using Seal.Core.Tables;
using Seal.Pages.Live;
using Seal.Reports.Html;

namespace Seal.Pages.Views;

/// <summary>Small pieces that several pages have.</summary>
internal static class Pieces
{
    public static void Fact(Markup page, string figure, string what) => page.Add($"<div class=\"fact\"><b>{figure}</b><span>{what}</span></div>");

    /// <summary>How much is solved so far: tasks, or what is solved of them where a task may be solved in part.</summary>
    /// <param name="solved">Candidates that solved their task.</param>
    /// <param name="parts">What the candidates solved of their tasks, added up; null where a task is solved or not.</param>
    /// <param name="ended">Candidates that have ended.</param>
    public static string Solved(int solved, double? parts, int ended) =>
        parts is { } some ? Share(some, ended) : solved.ToString(CultureInfo.InvariantCulture);

    public static string Share(double part, int whole) => whole == 0 ? "–" : FormattableString.Invariant($"{100.0 * part / whole:0.#} %");

    /// <summary>Three decimals at most; a dash where there is no value.</summary>
    public static string Number(double? value) => value is { } number ? number.ToString("0.###", CultureInfo.InvariantCulture) : "–";

    /// <summary>A bar that says how far something is.</summary>
    public static Raw Bar(double share) =>
        new(
            string.Create(
                CultureInfo.InvariantCulture,
                $"<svg class=\"progress\" viewBox=\"0 0 100 6\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{100 * share:0} %\">"
                    + $"<rect class=\"rest\" width=\"100\" height=\"6\"/><rect class=\"done\" width=\"{100 * Math.Clamp(share, 0, 1):0.#}\" "
                    + $"height=\"6\"/></svg>"
            )
        );

    /// <summary>"about 3 minutes".</summary>
    public static string About(TimeSpan time) =>
        time.TotalSeconds < 90 ? FormattableString.Invariant($"about {Math.Max(5, 5 * Math.Round(time.TotalSeconds / 5)):0} s")
        : time.TotalMinutes < 90 ? FormattableString.Invariant($"about {time.TotalMinutes:0} minutes")
        : FormattableString.Invariant($"about {time.TotalHours:0.#} hours");

    /// <summary>Device time that has been spent.</summary>
    public static string Spent(double seconds) =>
        seconds < 120 ? FormattableString.Invariant($"{seconds:0} s")
        : seconds < 7200 ? FormattableString.Invariant($"{seconds / 60:0} min")
        : FormattableString.Invariant($"{seconds / 3600:0.#} h");

    /// <summary>A short name of a self-edit: its values.</summary>
    public static string Edit(string payload)
    {
        var label = EditFields.Label(payload);
        return label.Length <= 120 ? label : label[..119] + "…";
    }

    public static void Failures(Markup page, string sweep, IEnumerable<(string Run, Failure Failure)> failures, int most)
    {
        (string Run, Failure Failure)[] shown = [.. failures.Take(most)];
        if (shown.Length == 0)
        {
            return;
        }

        page.Add(
            $"<section id=\"failures\"><h2>Came to nothing</h2><p class=\"sub\">The newest self-edits that could not be tried or were given up.</p>"
        );
        page.Add(
            $"<div class=\"scroll\"><table><thead><tr><th>candidate</th><th class=\"left\">what</th><th class=\"left\">why</th></tr></thead><tbody>\n"
        );
        foreach (var (run, failure) in shown)
        {
            page.Add(
                $"<tr><td class=\"row\"><a href=\"{Link.Candidate(sweep, run, failure.Phase, failure.Task, failure.Index)}\">{run} · {failure.Phase} · "
                    + $"{failure.Task} · {failure.Index}</a></td><td class=\"left\">{failure.Word}</td><td class=\"text\">{Line(failure.Reason)}</td></tr>\n"
            );
        }

        page.Add($"</tbody></table></div></section>\n");
    }

    /// <summary>The first line of a reason.</summary>
    public static string Line(string reason)
    {
        var line = reason.AsSpan().Trim();
        var end = line.IndexOfAny('\r', '\n');
        var first = end < 0 ? line : line[..end];
        return first.Length <= 200 ? first.ToString() : string.Concat(first[..199], "…");
    }
}
