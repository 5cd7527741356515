using Seal.Core.Results;
using Seal.Core.Tables;
using Seal.Reports.Html;

namespace Seal.Reports.Sections;

/// <summary>What the page is about, and the figures that a hurried reader wants.</summary>
internal static class Heading
{
    public static void Write(Markup page, ReportData data)
    {
        var results = data.Results;
        page.Add(
            $"<header><h1>{results.Sweep}</h1><p class=\"lead\">{results.Training.Count} training and {results.Evaluation.Count} evaluation tasks, "
        );
        page.Add($"{Count.Of(results.Runs.Select(run => run.Seed).Distinct().Count(), "outer seed")}, {Count.Of(results.Runs.Count, "run")}. ");
        page.Add($"Base model <code>{Cut(results.Model)}</code>, numeric class <code>{results.NumericClass}</code>.</p>");
        foreach (var run in results.Runs.Where(run => !run.Complete))
        {
            page.Add($"<p class=\"warn\"><b>{run.Run}</b> is incomplete: work was given up in it, so its rows are not to be relied on.</p>");
        }

        page.Add($"<div class=\"facts\">");
        foreach (var learner in data.Learners.Take(2))
        {
            var rows = data.Rows.Where(row => row.Cell == learner.Cell && row.Arm == learner.Arm && row.Candidates > 0).ToArray();
            if (rows.Length > 1)
            {
                Fact(
                    page,
                    $"{Share(rows[0].Solved, rows[0].Candidates)} → {Share(rows[^1].Solved, rows[^1].Candidates)}",
                    $"{data.Name(learner.Cell, learner.Arm)}: solved before and after {Count.Of(rows[^1].Round, "round")}"
                );
            }
        }

        var others = data.Rows.Where(row => row.Candidates > 0 && data.Learners.All(learner => learner.Arm != row.Arm)).ToArray();
        var beside =
            others.FirstOrDefault(row => row.Arm == LookUpArms.HindsightConstant)
            ?? others.FirstOrDefault(row => row.Arm == LookUpArms.TrainConstant)
            ?? others.Where(row => LookUpArms.Describe(row.Arm) is null).MaxBy(row => (double)row.Solved / row.Candidates);
        if (beside is not null)
        {
            Fact(
                page,
                Share(beside.Solved, beside.Candidates),
                $"{data.Name(beside.Cell, beside.Arm)}: "
                    + beside.Arm switch
                    {
                        LookUpArms.HindsightConstant => "the best that one self-edit for all tasks does, known only afterwards",
                        LookUpArms.TrainConstant => "one self-edit for all tasks",
                        _ => "the best of the other arms",
                    }
            );
        }

        var candidates = ResultTable.Of(data.Results.Runs).Sum(row => row.Candidates);
        Fact(page, candidates.ToString("N0", System.Globalization.CultureInfo.InvariantCulture), "self-edits judged on evaluation tasks");
        page.Add(
            $"</div><nav><a href=\"#table\">Table</a><a href=\"#apart\">Kinds of tasks</a><a href=\"#differences\">Differences</a><a "
                + $"href=\"#rounds\">Rounds</a><a href=\"#checks\">Checks</a><a href=\"#choice\">Choice</a>"
                + $"{CostLink(data)}<a href=\"#map\">Heat map</a><a "
                + $"href=\"#loss\">Loss</a><a href=\"#tasks\">Tasks</a><a href=\"#accounting\">Accounting</a></nav></header>\n"
        );
    }

    private static Raw CostLink(ReportData data) => new(CostSection.IsShown(data) ? "<a href=\"#cost\">Cost</a>" : "");

    public static string Share(double part, int whole) => whole == 0 ? "–" : FormattableString.Invariant($"{100.0 * part / whole:0} %");

    public static string Cut(string sha256) => sha256.Length > 12 ? sha256[..12] : sha256;

    private static void Fact(Markup page, string figure, string what) => page.Add($"<div class=\"fact\"><b>{figure}</b><span>{what}</span></div>");
}
