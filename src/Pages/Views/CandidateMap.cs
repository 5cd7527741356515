using System.Globalization;
using Seal.Core.Sweeps;
using Seal.Pages.Live;
using Seal.Reports.Html;

namespace Seal.Pages.Views;

/// <summary>Every candidate of a phase as a cell that leads to its page.</summary>
internal static class CandidateMap
{
    private const int LabelWidth = 190,
        Side = 16,
        MostRows = 400;

    public static Raw Draw(string sweep, string run, PhaseId phase, IReadOnlyList<(string Task, IReadOnlyList<CandidateView> Candidates)> tasks)
    {
        var rows = Math.Min(MostRows, tasks.Count);
        var columns = Math.Max(1, tasks.Max(task => task.Candidates.Count));
        var (width, height) = (LabelWidth + (columns * Side) + 4, (rows * Side) + 4);
        var svg = new Markup();
        svg.Add($"<svg class=\"map\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" ");
        svg.Add($"aria-label=\"{rows} tasks by at most {columns} candidates\" font-size=\"11\">");
        for (var row = 0; row < rows; row++)
        {
            var (task, candidates) = tasks[row];
            svg.Add(
                $"<a href=\"{Link.Task(sweep, task)}\"><text x=\"{LabelWidth - 8}\" y=\"{(row * Side) + 12}\" text-anchor=\"end\">{Cut(task)}</text></a>"
            );
            foreach (var candidate in candidates)
            {
                svg.Add($"<a href=\"{Link.Candidate(sweep, run, phase, task, candidate.Index)}\"><rect class=\"{Class(candidate)}\" ");
                svg.Add($"x=\"{LabelWidth + (candidate.Index * Side)}\" y=\"{row * Side}\" width=\"{Side - 1}\" height=\"{Side - 1}\"/></a>");
            }
        }

        return svg.Add($"</svg>").ToRaw();
    }

    /// <summary>The candidates of one task in a row.</summary>
    public static Raw Strip(string sweep, string run, PhaseId phase, string task, IReadOnlyList<CandidateView> candidates)
    {
        var width = Math.Max(1, candidates.Count * Side);
        var svg = new Markup();
        svg.Add($"<svg class=\"map\" width=\"{width}\" height=\"{Side}\" viewBox=\"0 0 {width} {Side}\" role=\"img\" ");
        svg.Add($"aria-label=\"{candidates.Count} candidates\">");
        foreach (var (place, candidate) in candidates.Index())
        {
            svg.Add($"<a href=\"{Link.Candidate(sweep, run, phase, task, candidate.Index)}\"><rect class=\"{Class(candidate)}\" ");
            svg.Add($"x=\"{place * Side}\" width=\"{Side - 1}\" height=\"{Side - 1}\"/></a>");
        }

        return svg.Add($"</svg>").ToRaw();
    }

    public static Raw Key { get; } =
        new(
            "<ul class=\"key\"><li><i class=\"c-hs\"></i>solved</li><li><i class=\"c-h3\"></i>nearly: more than 95 % of the answer's tokens right</li>"
                + "<li><i class=\"c-h1\"></i>some</li><li><i class=\"c-h0\"></i>few</li><li><i class=\"c-hf\"></i>invalid, failed or given up</li>"
                + "<li><i class=\"c-run\"></i>running</li><li><i class=\"c-wait\"></i>waiting, or only written for the gate</li></ul>"
        );

    private static string Class(CandidateView candidate) =>
        candidate.Standing switch
        {
            Standing.Solved => "hs",
            Standing.Invalid or Standing.Failed or Standing.GivenUp => "hf",
            Standing.Running => "run",
            Standing.Asked or Standing.Waiting or Standing.Written => "wait",
            _ when candidate.IsNear => "h3",
            _ when candidate.Accuracy > 0.8 => "h2",
            _ when candidate.IsPartly => "h1",
            _ => "h0",
        };

    private static string Cut(string name) => name.Length <= 27 ? name : string.Create(CultureInfo.InvariantCulture, $"{name[..26]}…");
}
