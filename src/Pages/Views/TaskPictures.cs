using System.Text;
using System.Text.Json;
using Seal.Arc.Evaluation;
using Seal.Arc.Tasks;
using Seal.Core.Json;
using Seal.Core.Programs;
using Seal.Core.Sweeps;
using Seal.Reports.Charts;
using Seal.Reports.Html;

namespace Seal.Pages.Views;

/// <summary>Tasks and answers as pictures where they are ARC's grids, as text where they are not.</summary>
internal static class TaskPictures
{
    private const int MostText = 20_000;

    /// <summary>A task with its demonstrations and tests.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="document">Its document; null where the store no longer has it.</param>
    public static Raw Draw(string id, byte[]? document)
    {
        var page = new Markup();
        if (document is null)
        {
            return page.Add($"<p class=\"warn\">The store no longer has this task.</p>\n").ToRaw();
        }

        if (Grids(id, document) is not { } task)
        {
            var text = Encoding.UTF8.GetString(document);
            return page.Add($"<section id=\"task\"><pre>{(text.Length > MostText ? text[..MostText] + "…" : text)}</pre></section>\n").ToRaw();
        }

        page.Add($"<section id=\"task\"><div class=\"grids\">");
        foreach (var (input, output) in task.Train)
        {
            Pair(page, "demonstration", input, output);
        }

        foreach (var (input, output) in task.Test)
        {
            Pair(page, "test", input, output);
        }

        return page.Add($"</div></section>\n").ToRaw();
    }

    /// <summary>What a trial answered, beside what was expected; nothing where that was not kept, or the task has no grids.</summary>
    public static Raw Answers(string id, byte[]? document, TrialDetails? details)
    {
        var page = new Markup();
        if (document is null || Grids(id, document) is not { } task || Predicted(details) is not { } predictions)
        {
            return page.ToRaw();
        }

        page.Add($"<div class=\"grids\">");
        foreach (var (test, (input, expected)) in task.Test.Index())
        {
            Pair(page, "test", input, expected);
            foreach (var (name, rows) in Answers(predictions.Tests.ElementAtOrDefault(test)))
            {
                var answer = Grid.FromRows(rows);
                var right = expected is not null && answer.Equals(expected);
                page.Add($"<figure><figcaption>{name} <span class=\"{(right ? "good" : "bad")}\">{(right ? "right" : "wrong")}</span></figcaption>");
                page.Add($"{GridPicture.Draw(answer, expected, side: 100)}</figure>");
            }
        }

        return page.Add($"</div>\n").ToRaw();
    }

    /// <summary>Answers to one test with their names, in the order of their weight.</summary>
    public static IEnumerable<(string Name, int[][] Rows)> Answers(TestPrediction? test)
    {
        if (test?.Plain is { } plain)
        {
            yield return ("answer", plain);
        }

        if (test?.First is { } first)
        {
            yield return ("first of the vote", first);
        }

        if (test?.Second is { } second)
        {
            yield return ("second of the vote", second);
        }
    }

    private static void Pair(Markup page, string name, Grid input, Grid? output)
    {
        page.Add($"<figure><figcaption>{name}</figcaption><div class=\"pair\">{GridPicture.Draw(input, side: 100)}");
        if (output is not null)
        {
            page.Add($"<span class=\"sub\">→</span>{GridPicture.Draw(output, side: 100)}");
        }

        page.Add($"</div></figure>");
    }

    /// <summary>What a trial answered; null where that was not kept, or is another domain's.</summary>
    public static Predictions? Predicted(TrialDetails? details)
    {
        try
        {
            return details?.Predictions is { } json ? SealJson.Parse<Predictions>(json) : null;
        }
        catch (JsonException)
        {
            // Another domain's.
            return null;
        }
    }

    /// <summary>The task as ARC has it; null where it is another domain's.</summary>
    public static ArcTask? Grids(string id, byte[] document)
    {
        try
        {
            return ArcTaskJson.Parse(id, Encoding.UTF8.GetString(document));
        }
        catch (Exception other) when (other is FormatException or SweepException or JsonException)
        {
            return null;
        }
    }
}
