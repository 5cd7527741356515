using System.Globalization;
using Seal.Client.Display;
using Seal.Core.Results;
using Seal.Core.Tables;
using Seal.Silo.Packs;

namespace Seal.Client.Demos;

/// <summary>What the demo came to.</summary>
/// <param name="ResultsSha256">Of the <c>results.json</c> made here.</param>
/// <param name="ShippedSha256">Of the pack's; null where this machine promises no equal bytes, or everything was computed here.</param>
/// <param name="Checks">Stored inner loops that were run again.</param>
/// <param name="Kills">How often the worker was killed.</param>
/// <param name="Elapsed">The demo's time.</param>
/// <param name="Results">Of the sweep.</param>
/// <param name="Rounds">The curve.</param>
/// <param name="Levels">Its dashed lines.</param>
internal sealed record DemoOutcome(
    string ResultsSha256,
    string? ShippedSha256,
    IReadOnlyList<PackCheck> Checks,
    int Kills,
    TimeSpan Elapsed,
    SweepResults Results,
    DemoRounds Rounds,
    IReadOnlyList<PlotLevel> Levels
)
{
    /// <summary>Whether everything that can be compared was equal.</summary>
    public bool IsEqual => (ShippedSha256 is null || ShippedSha256 == ResultsSha256) && Checks.All(check => check.IsEqual);

    /// <summary>The plot, the rows that matter, and the hash.</summary>
    /// <param name="page">Where the whole table is.</param>
    public void Tell(string page)
    {
        Terminal.Tell(RoundPlot.Draw(Rounds.Planned, Rounds.Curves, Levels));
        var runs = Results.Runs.Concat(LookUpArms.Of(Results)).ToArray();
        var table = new FittedTable($"self-edits tried on {Results.Evaluation.Count} new tasks", "row", Column.Number("solved"), "what it is");
        foreach (var (row, what) in Rows(ResultTable.Of(runs)))
        {
            table.AddRow(Name(row), FormattableString.Invariant($"{100.0 * row.Solved / Math.Max(1, row.Candidates):0.0} %"), what);
        }

        Terminal.Tell(table);
        foreach (var difference in ArmDifferences.Of(runs).Where(one => one.Arm == Rounds.Arm))
        {
            var (value, interval) = (100 * difference.Solved.Value, difference.Solved.Interval);
            var against = difference.Against switch
            {
                LookUpArms.TrainConstant => "constant of the training tasks",
                LookUpArms.HindsightConstant => "best constant in hindsight",
                LookUpArms.Uniform => "random",
                var other => other == Rounds.Arm ? "before" : null,
            };
            if (against is null)
            {
                continue;
            }

            Terminal.Tell(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"SEAL after - {against}: {value:+0.0;-0.0;0.0} points (95 %, paired over tasks: {100 * interval.Low:+0.0;-0.0;0.0} to "
                        + $"{100 * interval.High:+0.0;-0.0;0.0})"
                )
            );
        }

        Terminal.Tell($"page: {page}");
        var kills = Kills > 0 ? " after kill -9 and restart" : "";
        var hash =
            ShippedSha256 is null ? ""
            : ResultsSha256 == ShippedSha256 ? $": the bytes that are shipped{kills}"
            : $", but {ShippedSha256} is shipped: NOT EQUAL";
        Terminal.Tell($"results.json sha256 {ResultsSha256}{hash}");
        Terminal.Tell(string.Create(CultureInfo.InvariantCulture, $"{Elapsed:m\\:ss} minutes"));
    }

    private string Name(ResultRow row) =>
        row.Arm != Rounds.Arm ? row.Arm
        : row.Round == 0 ? "SEAL, before"
        : $"SEAL, after {row.Round.ToString(CultureInfo.InvariantCulture)} rounds";

    private IEnumerable<(ResultRow Row, string What)> Rows(IReadOnlyList<ResultRow> rows)
    {
        var last = rows.Where(row => row.Arm == Rounds.Arm).Max(row => row.Round);
        foreach (var row in rows)
        {
            var what = row.Arm switch
            {
                "in-context" => "nothing is trained: the demonstrations stand in the prompt",
                _ when row.Arm == Rounds.Arm && row.Round == 0 => "the model proposes its own training, unpractised",
                _ when row.Arm == Rounds.Arm && row.Round == last => "the same model after learning from what helped on other tasks",
                LookUpArms.Uniform => "every self-edit as often as any other",
                LookUpArms.TrainConstant => "the one self-edit that is best on the training tasks",
                LookUpArms.HindsightConstant => "the one self-edit that is best on the new tasks, in hindsight: no constant is better",
                LookUpArms.KindTable => "per kind of task the best self-edit, told the kind, no network",
                LookUpArms.TaskOracleInSample => "an upper bound: chosen and judged by the same trials",
                _ => null,
            };
            if (what is not null)
            {
                yield return (row, what);
            }
        }
    }
}
