using System.Globalization;
using Seal.Core.Candidates;
using Seal.Core.Results;
using Seal.Core.Tables;
using Seal.Reports.Charts;
using Seal.Reports.Html;

namespace Seal.Reports.Sections;

/// <summary>Tasks × candidates: where the self-edit decides, and where the task does.</summary>
internal static class HeatSection
{
    private const int MostColumns = 240,
        MostRows = 400;

    public static void Write(Markup page, ReportData data)
    {
        page.Add($"<section id=\"map\"><h2>Tasks × candidates</h2>");
        foreach (var table in data.Tables.Where(table => table.Edits.Count > 0))
        {
            Table(page, data, table);
        }

        foreach (var cell in data.Cells)
        {
            Arms(page, data, cell);
        }

        page.Add($"{HeatMap.Key}</section>\n");
    }

    /// <summary>The reward table: tasks and self-edits sorted by how often they end well.</summary>
    private static void Table(Markup page, ReportData data, RewardTable table)
    {
        var edits = table
            .Edits.OrderByDescending(edit => table.TrainingTasks.Concat(table.EvaluationTasks).Sum(task => Zero(table.Mean(task, edit).Solved)))
            .Take(MostColumns)
            .ToArray();
        foreach (var (name, tasks) in new[] { ("training tasks", table.TrainingTasks), ("evaluation tasks", table.EvaluationTasks) })
        {
            if (tasks.Count == 0)
            {
                continue;
            }

            var rows = tasks
                .OrderByDescending(task => edits.Sum(edit => Zero(table.Mean(task, edit).Solved)))
                .Take(MostRows)
                .Select(task =>
                    (
                        task,
                        edits
                            .Select(edit =>
                                Cell(
                                    [
                                        .. Enumerable
                                            .Range(0, table.Replicates)
                                            .Select(replicate => table.Find(task, edit, replicate))
                                            .OfType<CandidateRecord>(),
                                    ],
                                    table.Score
                                )
                            )
                            .ToArray()
                    )
                )
                .ToArray();
            page.Add($"<h3>Reward table{(data.Cells.Count > 1 ? ", " + table.Cell : "")}: {name}</h3><div class=\"scroll pad\">");
            page.Add(
                $"{HeatMap.Draw($"reward table, {name}", rows, [.. edits.Select((_, i) => (i, (i + 1).ToString(CultureInfo.InvariantCulture)))], [])}</div>"
            );
        }

        page.Add(
            $"<p class=\"sub\">Columns are the table’s self-edits, the most often right first; a cell is the mean over {table.Replicates} inner "
                + $"seeds, solved where all of them are.</p><ol class=\"edits\">"
        );
        foreach (var edit in edits)
        {
            page.Add($"<li>{EditFields.Label(edit)}</li>");
        }

        page.Add($"</ol>");
    }

    /// <summary>What the arms tried on the evaluation tasks, in order.</summary>
    private static void Arms(Markup page, ReportData data, string cell)
    {
        var groups = data
            .Results.Runs.Where(run => run.Cell == cell)
            .SelectMany(run => run.Phases.Where(phase => phase.Phase.IsEvaluation).Select(phase => (run, phase)))
            .GroupBy(item => (item.run.Arm, item.phase.Round))
            .ToArray();
        var tasks = data
            .Results.Evaluation.Select(task => task.Id)
            .Where(id => groups.Any(group => group.Any(item => item.phase.Tasks.Any(task => task.Task == id))))
            .Take(MostRows)
            .ToArray();
        if (tasks.Length == 0)
        {
            return;
        }

        // First and last evaluations before those between them: what does not fit is left out, and told.
        var last = groups
            .GroupBy(group => group.Key.Arm)
            .ToDictionary(arm => arm.Key, arm => arm.Max(group => group.Key.Round), StringComparer.Ordinal);
        var drawn = new HashSet<IGrouping<(string Arm, int Round), (RunRecord run, PhaseRecord phase)>>();
        var room = MostColumns;
        foreach (var group in groups.OrderBy(group => group.Key.Round == 0 || group.Key.Round == last[group.Key.Arm] ? 0 : 1))
        {
            var width = Width(group);
            if (width > 0 && width <= room)
            {
                drawn.Add(group);
                room -= width;
            }
        }

        var heads = new List<(int, string)>();
        var gaps = new List<int>();
        var columns = 0;
        var cells = tasks.ToDictionary(task => task, _ => new List<HeatCell?>(), StringComparer.Ordinal);
        foreach (var group in groups.Where(drawn.Contains))
        {
            var width = Width(group);
            heads.Add((columns, Head(data, group.Key.Arm, group.Key.Round, width)));
            gaps.Add(columns);
            foreach (var task in tasks)
            {
                foreach (var (run, phase) in group)
                {
                    var most = phase.Tasks.Max(one => one.Candidates.Count);
                    var candidates = phase.Tasks.FirstOrDefault(one => one.Task == task)?.Candidates ?? [];
                    cells[task]
                        .AddRange(Enumerable.Range(0, most).Select(i => i < candidates.Count ? (HeatCell?)Cell([candidates[i]], run.Score) : null));
                }
            }

            columns += width;
        }

        page.Add($"<h3>Evaluation tasks by arm{(data.Cells.Count > 1 ? ", " + cell : "")}</h3><div class=\"scroll pad\">");
        page.Add(
            $"{HeatMap.Draw("evaluation tasks by arm", [.. tasks.Select(task => (task, cells[task].ToArray()))], heads, [.. gaps.Skip(1)])}</div>"
        );
        page.Add(
            $"<p class=\"sub\">Columns are the self-edits in the order they were written, arm by arm ({Names(groups.Where(drawn.Contains))}), seeds "
                + $"side by side.{(drawn.Count < groups.Length ? $" Left out for want of room: {Names(groups.Where(group => !drawn.Contains(group)))}." : "")}</p>"
        );

        string Names(IEnumerable<IGrouping<(string Arm, int Round), (RunRecord run, PhaseRecord phase)>> some) =>
            string.Join(
                ", ",
                some.Select(group =>
                    data.Learners.Any(one => one.Arm == group.Key.Arm)
                        ? $"{group.Key.Arm} after {group.Key.Round.ToString(CultureInfo.InvariantCulture)}"
                        : group.Key.Arm
                )
            );
    }

    private static int Width(IEnumerable<(RunRecord run, PhaseRecord phase)> group) =>
        group.Sum(item => item.phase.Tasks.Select(task => task.Candidates.Count).DefaultIfEmpty(0).Max());

    private static string Head(ReportData data, string arm, int round, int width)
    {
        var text = data.Learners.Any(one => one.Arm == arm) ? $"{arm} {round.ToString(CultureInfo.InvariantCulture)}" : arm;
        // Two and a half columns of sixteen pixels take about seven letters.
        var room = Math.Max(3, width * 5 / 2);
        return text.Length <= room ? text : text[..(room - 1)] + "…";
    }

    private static HeatCell? Cell(IReadOnlyList<CandidateRecord> candidates, string? score)
    {
        if (candidates.Count == 0)
        {
            return null;
        }

        if (candidates.All(candidate => candidate.Solves(score)))
        {
            return HeatCell.Solved;
        }

        if (candidates.Any(candidate => candidate.Trial?["too_long"] == 1))
        {
            return HeatCell.TooLong;
        }

        return candidates.All(candidate => candidate.State != CandidateState.Scored)
            ? HeatCell.Failed
            : HeatCell.Accuracy(candidates.Average(candidate => candidate.Trial?[ObservationNames.TokenAccuracy] ?? 0));
    }

    private static double Zero(double value) => double.IsNaN(value) ? 0 : value;
}
