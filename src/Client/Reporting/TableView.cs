using System.Globalization;
using Seal.Client.Display;
using Seal.Core.Candidates;
using Seal.Core.Tables;
using Spectre.Console;

namespace Seal.Client.Reporting;

/// <summary>A reward table on the console.</summary>
internal sealed class TableView(RewardTable table)
{
    private const int Shown = 12;

    private readonly TableSummary _summary = TableSummary.Of(table);

    public void Print()
    {
        Terminal.Tell(
            $"reward table {table.Cell}: {table.Edits.Count} self-edits × {table.TrainingTasks.Count} training and {table.EvaluationTasks.Count} "
                + $"evaluation tasks × {table.Replicates} inner seeds, "
                + $"{table.Entries.Count} trials, judged by "
                + $"{table.Score ?? Scores.Exact}{(table.IsComplete ? "" : " (incomplete: work was given up)")}"
        );
        Split("training", _summary.Training);
        Split("evaluation", _summary.Evaluation);
        var view = new FittedTable(
            "the most often right self-edits",
            "self-edit",
            Column.Number("training"),
            Column.Number("evaluation"),
            Column.Number("steps")
        );

        foreach (var edit in table.Edits.OrderByDescending(edit => Share(edit, table.TrainingTasks) + Share(edit, table.EvaluationTasks)).Take(Shown))
        {
            view.AddRow(
                Markup.Escape(EditFields.Label(edit)),
                Percent(Share(edit, table.TrainingTasks)),
                Percent(Share(edit, table.EvaluationTasks)),
                Steps(edit).ToString("0", CultureInfo.InvariantCulture)
            );
        }

        Terminal.Tell(view);
    }

    public object ToDocument() =>
        new
        {
            cell = table.Cell,
            score = table.Score ?? Scores.Exact,
            edits = table.Edits.Count,
            trainingTasks = table.TrainingTasks.Count,
            evaluationTasks = table.EvaluationTasks.Count,
            innerSeeds = table.Replicates,
            trials = table.Entries.Count,
            complete = table.IsComplete,
            training = _summary.Training,
            evaluation = _summary.Evaluation,
        };

    private static void Split(string name, TableSplit? split)
    {
        if (split is not null)
        {
            var cross = split is { Constant: { } constant, Oracle: { } oracle }
                ? $"; chosen under one inner seed and measured under another {Percent(constant)} and {Percent(oracle)}: oracle − constant "
                    + $"{(100 * (oracle - constant)).ToString("+0.0;-0.0;0", CultureInfo.InvariantCulture)} points"
                : "";
            Terminal.Tell(
                $"{name, -10} chance {Percent(split.Uniform)}, these tasks' own best constant {Percent(split.ConstantInSample)}, per-task oracle "
                    + $"{Percent(split.OracleInSample)} (chosen and measured on the same trials{cross})"
            );
        }
    }

    private double Share(string edit, IReadOnlyList<string> tasks) =>
        tasks.Count == 0 ? 0 : tasks.Average(task => table.Mean(task, edit).Solved is var share && double.IsNaN(share) ? 0 : share);

    private double Steps(string edit) =>
        table
            .TrainingTasks.Concat(table.EvaluationTasks)
            .Average(task => table.Mean(task, edit).Steps is var steps && double.IsNaN(steps) ? 0 : steps);

    private static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
