using System.Globalization;
using Seal.Core.Results;
using Seal.Core.Tables;
using Seal.Reports.Html;

namespace Seal.Reports.Sections;

/// <summary>The table once more for parts of the evaluation tasks: what was practised, what needs no training, what the paper's own filter
/// leaves.</summary>
internal static class ApartSection
{
    public static void Write(Markup page, ReportData data)
    {
        page.Add($"<section id=\"apart\"><h2>Kinds of tasks apart</h2>");
        foreach (var cell in data.Cells)
        {
            Cell(page, data, cell, TaskStanding.Of(data, cell));
        }

        page.Add($"</section>\n");
    }

    private static void Cell(Markup page, ReportData data, string cell, IReadOnlyList<TaskStanding> tasks)
    {
        var parts = Parts(tasks).Where(part => part.Tasks.Length > 0).ToArray();
        if (data.Cells.Count > 1)
        {
            page.Add($"<h3>{cell}</h3>");
        }

        page.Add(
            $"<p class=\"sub\">Share solved over parts of the evaluation tasks, Wilson 95 % over distinct trials below it. In family: a rule of a "
                + $"generator family that the base model was pretrained on, or that the policy learned on, reproduces all pairs of the task. "
        );
        page.Add($"Solved in context: the model as it is solves it, nothing trained. ");
        if (tasks.Any(task => task.ByConstant is not null))
        {
            page.Add(
                $"Constant solves: the one self-edit best on the training tasks solves it under at least half of the table’s inner seeds; this is "
                    + $"the paper’s own filter, and by it the row <code>{LookUpArms.TrainConstant}</code> and all oracles are inflated. The "
                    + $"unfiltered column stands first. "
            );
        }

        page.Add($"</p>");
        Warn(page, tasks);
        page.Add($"<div class=\"scroll\"><table><thead><tr><th>row</th>");
        foreach (var part in parts)
        {
            page.Add($"<th>{part.Name}<br/>{Count.Of(part.Tasks.Length, "task")}</th>");
        }

        page.Add($"</tr></thead><tbody>\n");
        var rows = parts.Select(part => ResultTable.Of(data.On(cell, part.Tasks)).ToDictionary(row => (row.Arm, row.Round))).ToArray();
        foreach (var row in data.Rows.Where(row => row.Cell == cell && row.Candidates > 0))
        {
            var learner = data.Learners.Any(one => one.Cell == cell && one.Arm == row.Arm);
            page.Add(
                $"<tr{new Raw(learner ? " class=\"learner\"" : "")}><td "
                    + $"class=\"row\"><b>{row.Arm}</b>{new Raw(learner ? string.Create(CultureInfo.InvariantCulture, $" after {row.Round}") : "")}</td>"
            );
            foreach (var part in rows)
            {
                if (part.TryGetValue((row.Arm, row.Round), out var found) && found.Candidates > 0)
                {
                    page.Add(
                        $"<td><b>{Heading.Share(found.Solved, found.Candidates)}</b><br/><span "
                            + $"class=\"sub\">{100 * found.SolvedInterval.Low:0}–{100 * found.SolvedInterval.High:0}</span></td>"
                    );
                }
                else
                {
                    page.Add($"<td>–</td>");
                }
            }

            page.Add($"</tr>\n");
        }

        page.Add($"</tbody></table></div>\n");
        Tasks(page, tasks);
    }

    private static void Warn(Markup page, IReadOnlyList<TaskStanding> tasks)
    {
        var tooLong = tasks.Where(task => task.IsTooLong).Select(task => task.Id).ToArray();
        if (tooLong.Length > 0)
        {
            page.Add($"<p>Longer than the model’s context, so failed in every row: {string.Join(", ", tooLong)}.</p>");
        }

        var unknown = tasks.Count(task => !task.IsKnown);
        if (unknown > 0)
        {
            page.Add(
                $"<p class=\"warn\">{unknown} tasks are not in the store, so that their families are not known; they count as out of family.</p>"
            );
        }
    }

    /// <summary>Parts that say something: those that are neither empty nor everything.</summary>
    private static IEnumerable<(string Name, string[] Tasks)> Parts(IReadOnlyList<TaskStanding> tasks)
    {
        yield return ("all", Ids(_ => true));
        (string Name, string[] Tasks)[] parts =
        [
            ("fresh tasks of practised families", Ids(task => task.IsFresh)),
            ("families never practised", Ids(task => !task.IsFresh)),
            ("constant solves", Ids(task => task.ByConstant == true)),
            ("constant solves, not in context, out of family", Ids(task => task is { ByConstant: true, InContext: not true, IsInFamily: false })),
            ("out of family", Ids(task => !task.IsInFamily)),
            ("in family", Ids(task => task.IsInFamily)),
            ("solved in context", Ids(task => task.InContext == true)),
            ("the paper’s evaluation list", Ids(task => task.List == "paper evaluation")),
            ("the paper’s training list", Ids(task => task.List == "paper training")),
        ];
        foreach (var part in parts.Where(part => part.Tasks.Length < tasks.Count))
        {
            yield return part;
        }

        string[] Ids(Func<TaskStanding, bool> keep) => [.. tasks.Where(keep).Select(task => task.Id)];
    }

    private static void Tasks(Markup page, IReadOnlyList<TaskStanding> tasks)
    {
        var marked = tasks.Where(task => task.IsInFamily || task.List is not null || task.IsTooLong || task.InContext == true).ToArray();
        if (marked.Length == 0)
        {
            page.Add(
                $"<p class=\"sub\">None of the {tasks.Count} tasks is in family, solved in context, too long, or on a list of the paper’s.</p>\n"
            );
            return;
        }

        page.Add(
            $"<details class=\"more\"><summary>{Count.Of(marked.Length, "task")} with a mark</summary><div "
                + $"class=\"scroll\"><table><thead><tr><th>task</th><th>list</th><th>in family</th><th>in "
                + $"context</th><th>constant</th></tr></thead><tbody>\n"
        );
        foreach (var task in marked)
        {
            page.Add(
                $"<tr><td>{task.Id}</td><td>{task.List ?? ""}</td><td "
                    + $"class=\"row\">{string.Join("; ", task.Families.Select(family => $"{family.Family}: {family.Rule}"))}</td>"
            );
            page.Add(
                $"<td>{(task.IsTooLong ? "too long: failed" : task.InContext == true ? "solved" : "")}</td><td>{(task.ByConstant == true ? "solves" : "")}</td></tr>\n"
            );
        }

        page.Add($"</tbody></table></div></details>\n");
    }
}
