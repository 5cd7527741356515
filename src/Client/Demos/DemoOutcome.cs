using System.Globalization;
using Seal.Client.Display;
using Seal.Core.Results;
using Seal.Core.Statistics;
using Seal.Core.Tables;
using Seal.Silo.Packs;

namespace Seal.Client.Demos;

/// <summary>What the demo came to.</summary>
/// <param name="ResultsSha256">Of the <c>results.json</c> made here.</param>
/// <param name="ShippedSha256">Of the pack's; null where this machine promises no equal bytes, or everything was computed here.</param>
/// <param name="Checks">Shipped trials that were run again.</param>
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
    private const string Before = "before";
    private const string After = "after";

    /// <summary>Rows in the order of the table.</summary>
    private static readonly (string Key, string Name, string What)[] Named =
    [
        ("in-context", "in context", "nothing is trained: the demonstrations stand in the prompt"),
        (LookUpArms.Uniform, "random self-edit", "every self-edit as often as any other"),
        (Before, "SEAL, before", "the model proposes its own training, before any learning"),
        (LookUpArms.TrainConstant, "constant", "the one self-edit that is best on the training tasks, for every task"),
        (LookUpArms.HindsightConstant, "best constant", "the one that is best on the new tasks, known only afterwards: no constant is better"),
        (After, "SEAL, after", "the same model after learning from what helped on the training tasks"),
        (LookUpArms.KindTable, "table by kind", "told the kind of each task: the self-edit best on training tasks of that kind"),
        (LookUpArms.TaskOracleInSample, "oracle", "an upper bound: for each task the best, chosen and judged by the same trials"),
    ];

    /// <summary>Whether everything that can be compared was equal.</summary>
    public bool IsEqual => ShippedSha256 is null || (ShippedSha256 == ResultsSha256 && Checks.All(check => check.IsEqual));

    /// <summary>The plot, the rows that matter, what is proposed, and the hash.</summary>
    /// <param name="page">Where the whole table is.</param>
    public void Tell(string page)
    {
        Terminal.Tell(RoundPlot.Draw(Rounds.Planned, Rounds.Curves, Levels));
        RunRecord[] runs = [.. Results.Runs, .. LookUpArms.Of(Results)];
        var table = new FittedTable($"self-edits tried on {Results.Evaluation.Count} new tasks", "row", Column.Number("solved"), "what it is");
        var rows = ResultTable.Of(runs);
        foreach (
            var (row, name, what) in Named
                .SelectMany(named => rows.Where(row => Is(row, named.Key)).Select(row => (row, named.Name, named.What)))
                .OrderBy(one => (double)one.row.Solved / Math.Max(1, one.row.Candidates))
        )
        {
            // As the page and `compare` call it.
            var known = LookUpArms.Describe(row.Arm) is null ? name : $"{name} ({row.Arm})";
            table.AddRow(known, $"{Points((double)row.Solved / Math.Max(1, row.Candidates))} %", what);
        }

        Terminal.Tell(table);
        if (ProposedByKind.Table(Results, Rounds.Arm) is { } proposed)
        {
            Terminal.Tell(proposed);
        }

        foreach (
            var (name, solved) in ArmDifferences
                .Of(runs)
                .Where(one => one.Arm == Rounds.Arm)
                .Select(one => (Key: one.Against == Rounds.Arm ? Before : one.Against, one.Solved))
                .Where(one => one.Key is not LookUpArms.TaskOracleInSample)
                .SelectMany(one => Named.Where(named => named.Key == one.Key).Select(named => (named.Name, one.Solved)))
                .OrderByDescending(one => one.Solved.Value)
        )
        {
            Terminal.Tell(
                $"SEAL after - {name}: {Signed(solved.Value)} points (95 %: {Signed(solved.Interval.Low)} to {Signed(solved.Interval.High)}), "
                    + Beyond(solved)
            );
        }

        Terminal.Tell(
            "Intervals are paired over tasks. Which constant is best on a few training tasks is partly luck: compare with the best constant."
        );
        Terminal.Tell($"page: {page}");
        Terminal.Tell($"results.json sha256 {ResultsSha256}{Verdict()}");
        Terminal.Tell(string.Create(CultureInfo.InvariantCulture, $"{(int)Elapsed.TotalMinutes} min {Elapsed.Seconds} s"));
    }

    private static string Beyond(Difference difference) =>
        difference.ExcludesZero switch
        {
            true => "beyond chance",
            false => "within chance",
            null => "too few tasks to say",
        };

    private bool Is(ResultRow row, string key) =>
        key switch
        {
            Before => row.Arm == Rounds.Arm && row.Round == 0,
            After => row.Arm == Rounds.Arm && row.Round == Rounds.Planned,
            _ => row.Arm == key,
        };

    private string Verdict() =>
        ShippedSha256 is null && Checks.Count == 0 ? ""
        : ShippedSha256 is null ? " (the shipped one is of another numeric class and has other bytes)"
        : ShippedSha256 != ResultsSha256 ? $", but {ShippedSha256} is shipped: NOT EQUAL"
        : Kills > 0 ? ", equal to the shipped one after kill -9 and a restart"
        : ", equal to the shipped one";

    private static string Points(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture);

    private static string Signed(double share) => (100 * share).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture);
}
