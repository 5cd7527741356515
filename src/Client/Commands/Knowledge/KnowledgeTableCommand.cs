using System.CommandLine;
using System.Globalization;
using Seal.Client.Display;
using Seal.Client.Knowledge;
using Seal.Client.Reporting;
using Seal.Core.Candidates;
using Seal.Core.Tables;
using Seal.Knowledge.SelfEdits;

namespace Seal.Client.Commands.Knowledge;

/// <summary><c>seal knowledge table</c>: rows of a finished sweep of the generated world by question format, with steps and tokens of each.</summary>
internal static class KnowledgeTableCommand
{
    private const string Help = """
        A row for each evaluation of each arm, and for each look-up in the reward table: optimizer steps and training tokens of a trial, share
        of all questions answered, of each format, and of the same facts in words that pretraining never had. Of self-edits that a policy wrote:
        the share of lines that are true, of lines with the operator that is asked for, and of the asked facts that some true line tells.
        Tasks of several passages have the untouched model's share, the gain over it, and the change of the background beside it; their curves
        are in report.html. Differences between arms with their intervals are in 'seal report' and 'seal compare'.
        Rows that train are held to the same steps and tokens; "rule raw" is not: it gives the passage as many passes as a self-edit's texts.
        Exit codes: 0 printed; 2 no sweep of the domain "knowledge"; 3 rows differ by more than 2 % in steps or tokens; 4 no such sweep.

        Examples:
          seal run sweeps/knowledge/level-1.toml && seal knowledge table
          seal knowledge table knowledge-level-1 --json
        """;

    private static readonly (string Heading, string Observation)[] Columns =
    [
        ("all", ObservationNames.Accuracy),
        ("forward", "forward_accuracy"),
        ("pronoun", "pronoun_accuracy"),
        ("reverse", "reverse_accuracy"),
        ("joined", "joined_accuracy"),
        ("other words", "held_out_accuracy"),
        ("true lines", LineTruth.TrueLines),
        ("asked operator", LineTruth.AskedOperator),
        ("facts told", LineTruth.AskedFacts),
        ("untouched", "untouched_accuracy"),
        ("gain", "gain"),
        ("own edit", "own_edit_gain"),
        ("background", "background_change"),
    ];

    public static Command Create()
    {
        var name = CommonOptions.FinishedSweep();
        var (store, cluster, json) = (CommonOptions.Store(), CommonOptions.Cluster(), CommonOptions.Json());
        var command = new Command("table", "Print a finished sweep of the generated world by question format, with steps and tokens of each row.")
        {
            name,
            store,
            cluster,
            json,
        }
            .InOnePlace()
            .WithPage(Help);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var place = await CommonOptions.StoreAt(parsed.GetValue(store)!, parsed.GetValue(cluster), cancellation);
                var results = await FinishedResults.Read(place, parsed.GetValue(name));
                var rows = WorldTable.Of(results);
                if (rows.All(row => row["forward_accuracy"] is null))
                {
                    throw new CommandException(ExitCode.Usage, $"{results.Sweep}: has no trial of the domain \"knowledge\".");
                }

                Terminal.Tell(Table(rows));
                foreach (var arm in rows.Select(row => row.Arm).Distinct(StringComparer.Ordinal))
                {
                    if (LookUpArms.Describe(arm) is { } what)
                    {
                        Terminal.Say($"{arm}: {what}");
                    }
                }

                var unequal = WorldTable.Unequal(rows);
                foreach (var difference in unequal)
                {
                    Terminal.Say($"not comparable: {difference}");
                }

                if (parsed.GetValue(json))
                {
                    Terminal.Document(new { rows, unequal });
                }

                return unequal.Count == 0 ? ExitCode.Ok : ExitCode.Failures;
            }
        );
        return command;
    }

    private static FittedTable Table(IReadOnlyList<WorldRow> rows)
    {
        var columns = Columns.Where(column => rows.Any(row => row[column.Observation] is not null)).ToArray();
        var cells = rows.Select(row => row.Cell).Distinct(StringComparer.Ordinal).Count() > 1;
        var table = new FittedTable(
            "share of questions answered without the passage, in %",
            [
                "arm",
                Column.Number("rounds"),
                Column.Number("trials"),
                Column.Number("steps"),
                Column.Number("tokens"),
                .. columns.Select(column => Column.Number(column.Heading)),
            ]
        );
        foreach (var row in rows)
        {
            table.AddRow([
                cells ? $"{row.Cell}/{row.Arm}" : row.Arm,
                row.Round.ToString(CultureInfo.InvariantCulture),
                row.Trials.ToString(CultureInfo.InvariantCulture),
                row.Steps.ToString("F0", CultureInfo.InvariantCulture),
                row.Tokens.ToString("F0", CultureInfo.InvariantCulture),
                .. columns.Select(column => row[column.Observation] is { } value ? (100 * value).ToString("F1", CultureInfo.InvariantCulture) : "–"),
            ]);
        }

        return table;
    }
}
