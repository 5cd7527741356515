using Seal.Core.Candidates;
using Seal.Core.Results;
using Seal.Core.Statistics;
using Seal.Core.Tables;
using Seal.Reports.Charts;
using Seal.Reports.Html;

namespace Seal.Reports.Sections;

/// <summary>The table: every arm at every evaluation, with intervals.</summary>
internal static class TableSection
{
    public static void Write(Markup page, ReportData data)
    {
        page.Add(
            $"<section id=\"table\"><h2>The table</h2><p class=\"sub\">Share of tried self-edits after which "
                + $"{string.Join("; ", data.Rows.Select(row => Scores.Describe(row.Score)).Distinct())}. "
        );
        page.Add(
            $"Interval: Wilson, 95 %, over distinct trials: the same self-edit on the same task under the same inner seed counts once. Trials of "
                + $"one task are not independent, so it is too narrow rather than too wide. The differences below do not have this fault. "
        );
        page.Add(
            $"Steps are optimizer steps of a self-edit’s inner loop, on average.</p><div "
                + $"class=\"scroll\"><table><thead><tr><th>row</th><th>solved</th><th class=\"bar\">0 – 100 %</th><th>95 %</th>"
        );
        var plain = data.Rows.Any(row => row.Score is not null);
        var (votes, invalid, failed, tooLong) = (
            data.Rows.Any(row => row.VoteTop1 is not null),
            data.Rows.Any(row => row.Invalid > 0),
            data.Rows.Any(row => row.Failed > 0),
            data.Rows.Any(row => TooLong(data, row) > 0)
        );
        page.Add(
            $"{If(plain, "<th>plain view</th>")}{If(votes, "<th>vote</th><th>top 2</th>")}<th>tasks</th><th>self-edits</th><th>trials</th>{If(invalid, "<th>invalid</th>")}{If(failed, "<th>not trained</th>")}{If(tooLong, "<th>too long</th>")}<th>steps</th></tr></thead><tbody>\n"
        );
        foreach (var row in data.Rows.Where(row => row.Candidates > 0))
        {
            var learner = data.Learners.Any(one => one.Cell == row.Cell && one.Arm == row.Arm);
            var share = (double)row.Solved / row.Candidates;
            page.Add(
                $"<tr{If(learner, " class=\"learner\"")}><td "
                    + $"class=\"row\"><b>{data.Name(row.Cell, row.Arm)}</b>{When(learner, row)}{Described(data, row.Arm)}</td>"
            );
            page.Add(
                $"<td class=\"big\">{100 * share:0.#} %</td><td "
                    + $"class=\"bar\">{Svg.IntervalBar(share, row.SolvedInterval, learner ? "var(--s0)" : LookUpArms.Describe(row.Arm) is null ? "var(--s1)" : "var(--s5)")}</td>"
            );
            page.Add($"<td>{100 * row.SolvedInterval.Low:0}–{100 * row.SolvedInterval.High:0}</td>");
            if (plain)
            {
                page.Add($"<td>{Heading.Share(row.Exact, row.Candidates)}</td>");
            }

            if (votes)
            {
                page.Add($"<td>{Vote(row.VoteTop1, row)}</td><td>{Vote(row.VoteTop2, row)}</td>");
            }

            page.Add(
                $"<td>{row.TasksSolved}/{row.Tasks}</td><td>{row.Candidates:N0}</td><td>{row.Trials:N0}</td>{If(invalid, $"<td>{row.Invalid}</td>")}{If(failed, $"<td>{row.Failed}</td>")}{If(tooLong, $"<td>{TooLong(data, row)}</td>")}<td>{Steps(data, row):0}</td></tr>\n"
            );
        }

        page.Add($"</tbody></table></div></section>\n");
        Tables(page, data);
    }

    /// <summary>What the reward table itself says, on the training tasks: whether the choice of the self-edit matters at all.</summary>
    private static void Tables(Markup page, ReportData data)
    {
        foreach (var table in data.Tables.Where(table => table.Edits.Count > 0))
        {
            var summary = TableSummary.Of(table);
            page.Add(
                $"<p class=\"sub\">Reward table{(data.Cells.Count > 1 ? " of " + table.Cell : "")}: {table.Edits.Count} self-edits × "
                    + $"{table.TrainingTasks.Count + table.EvaluationTasks.Count} tasks × {Count.Of(table.Replicates, "inner seed")} on the frozen "
                    + $"base model. "
            );
            if (summary.Training is { } training)
            {
                page.Add(
                    $"On the training tasks the best constant solves {100 * training.ConstantInSample:0.#} % and each task’s best self-edit "
                        + $"{100 * training.OracleInSample:0.#} %, chosen and measured on the same trials, which flatters the oracle most. "
                );
                if (training is { Constant: { } constant, Oracle: { } oracle })
                {
                    page.Add(
                        $"Chosen under one inner seed and measured under another: {100 * constant:0.#} % and {100 * oracle:0.#} %. A choice by task "
                            + $"can win something between {100 * (oracle - constant):+0.#;−0.#;0} and "
                            + $"{100 * (training.OracleInSample - training.ConstantInSample):+0.#;−0.#;0} points. "
                    );
                }

                page.Add($"The best constant is <code>{EditFields.Label(training.Edit)}</code>.");
            }

            page.Add($"</p>\n");
        }
    }

    private static Raw When(bool learner, ResultRow row) =>
        new(
            !learner ? ""
            : row.Round == 0 ? " before training"
            : $" after {Count.Of(row.Round, "round")}"
        );

    private static Raw Described(ReportData data, string arm)
    {
        var text = LookUpArms.Describe(arm);
        return text is null || data.Learners.Any(learner => learner.Arm == arm)
            ? new Raw("")
            : new Markup().Add($"<span class=\"sub\">{text}</span>").ToRaw();
    }

    private static int TooLong(ReportData data, ResultRow row) => Candidates(data, row).Count(candidate => candidate.Trial?["too_long"] == 1);

    private static double Steps(ReportData data, ResultRow row) =>
        Candidates(data, row).Select(candidate => (double)(candidate.Trial?.Steps ?? 0)).DefaultIfEmpty(0).Average();

    private static IEnumerable<CandidateRecord> Candidates(ReportData data, ResultRow row) =>
        data
            .Runs.Where(run => run.Cell == row.Cell && run.Arm == row.Arm)
            .SelectMany(run => run.Phases.Where(phase => phase.Round == row.Round && phase.Phase.IsEvaluation))
            .SelectMany(phase => phase.Tasks)
            .SelectMany(task => task.Candidates);

    private static string Vote(int? hits, ResultRow row) => hits is { } count ? Heading.Share(count, row.Candidates) : "–";

    private static Raw If(bool shown, string markup) => new(shown ? markup : "");

    private static Raw If(bool shown, FormattableString numbers) => new(shown ? FormattableString.Invariant(numbers) : "");
}
