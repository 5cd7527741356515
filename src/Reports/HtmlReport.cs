using System.Reflection;
using Seal.Core.Results;
using Seal.Reports.Html;
using Seal.Reports.Sections;

namespace Seal.Reports;

/// <summary>
/// A sweep as one page that needs nothing else: no script, no other file, no network. The first part is made from <c>results.json</c> and the blobs
/// it names alone, so equal sweeps give equal bytes; what time and attempts it took stands in a second part.
/// </summary>
public static class HtmlReport
{
    /// <summary>Stands before the second part.</summary>
    public const string SecondPart = "<!-- second part: accounting -->";

    /// <summary>The page stays below this.</summary>
    public const int MostBytes = 2_000_000;

    /// <param name="results">What the sweep found out.</param>
    /// <param name="files">Tasks, losses and predictions.</param>
    /// <param name="accounting">What it took; null leaves the second part out.</param>
    public static string Write(SweepResults results, IReportFiles files, SweepAccounting? accounting)
    {
        var data = new ReportData(results, files);
        var page = new Markup();
        page.Add(
            $"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/><meta name=\"viewport\" content=\"width=device-width, "
                + $"initial-scale=1\"/><meta name=\"color-scheme\" content=\"light dark\"/>"
        );
        page.Add($"<title>{results.Sweep} · Seal.Orleans</title><style>{new Raw(Style)}</style></head><body>\n");
        Heading.Write(page, data);
        page.Add($"<main>\n");
        TableSection.Write(page, data);
        ApartSection.Write(page, data);
        DifferenceSection.Write(page, data);
        ChainSection.Write(page, data);
        RewardSection.Write(page, data);
        CheckSection.Write(page, data);
        GateSection.Write(page, data);
        ChoiceSection.Write(page, data);
        CostSection.Write(page, data);
        HeatSection.Write(page, data);
        LossSection.Write(page, data);
        GridSection.Write(page, data, MostBytes - ReservedBytes);
        if (accounting is not null)
        {
            page.Add($"{new Raw(SecondPart)}\n");
            AccountingSection.Write(page, accounting);
        }

        page.Add(
            $"</main>\n<footer>Written by Seal.Orleans. Everything above the accounting follows from <code>results.json</code> and the blobs it "
                + $"names; the same sweep gives the same bytes.</footer></body></html>\n"
        );
        return page.ToString();
    }

    /// <summary>Room for what comes after the grids.</summary>
    private const int ReservedBytes = 150_000;

    private static string Style { get; } = Read("report.css");

    private static string Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
