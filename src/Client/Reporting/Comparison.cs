using System.Globalization;
using Seal.Client.Display;
using Seal.Core.Candidates;
using Seal.Core.Randomness;
using Seal.Core.Results;
using Seal.Core.Statistics;
using Spectre.Console;

namespace Seal.Client.Reporting;

/// <summary>Rows compared two by two.</summary>
internal sealed class Comparison
{
    private readonly List<string> _notes = [];
    private readonly List<(ComparedRow A, ComparedRow B, ScoreTable Left, ScoreTable Right, Difference Difference)> _pairs = [];

    /// <exception cref="CommandException">Nothing can be paired: other tasks, or no outer seed in common.</exception>
    public static Comparison Of(RowChoice a, RowChoice b)
    {
        var comparison = new Comparison();
        var unpaired = new List<string>();
        foreach (var (left, right) in Pairs(a, b))
        {
            if (left.Score != right.Score)
            {
                unpaired.Add($"{left} and {right}: the one is judged by {left.Score ?? Scores.Exact}, the other by {right.Score ?? Scores.Exact}");
                continue;
            }

            if (left.Scores.Tasks.FirstOrDefault(task => left.Hashes[task] != right.Hashes.GetValueOrDefault(task, left.Hashes[task])) is { } changed)
            {
                unpaired.Add(
                    $"{left} and {right}: the task {changed} is another one on the other side ({left.Hashes[changed][..12]} and "
                        + $"{right.Hashes[changed][..12]})"
                );
                continue;
            }

            if (left.Scores.Common(right.Scores) is not [var own, var other])
            {
                unpaired.Add($"{left} and {right}: {Why(left.Scores, right.Scores)}");
                continue;
            }

            var alone = left.Scores.Seeds.Except(own.Seeds).Concat(right.Scores.Seeds.Except(own.Seeds)).Distinct().Order().ToArray();
            if (alone.Length > 0)
            {
                comparison._notes.Add($"{left} and {right}: outer seeds on one side only are left out: {string.Join(", ", alone)}.");
            }

            if (own.HasScoresOf(other))
            {
                comparison._notes.Add(
                    $"{left} and {right} have the same score for every self-edit, as the same trials do (before the first round arms of one "
                        + $"outer seed draw the same self-edits). The interval is what two draws of their own would differ by."
                );
            }

            comparison._pairs.Add((left, right, own, other, Between(left, own, right, other)));
        }

        comparison._notes.AddRange(unpaired.Select(pair => $"Left out: {pair}."));
        if (comparison._pairs.Any(pair => pair.Difference.ExcludesZero is null))
        {
            comparison._notes.Add($"With fewer than {Difference.LeastTasks} tasks an interval says nothing of the spread between tasks.");
        }

        return comparison._pairs.Count > 0
            ? comparison
            : throw new CommandException(
                ExitCode.Usage,
                unpaired.Count == 0
                    ? $"{a.Text} and {b.Text} have no arm in common; name one on each side, e.g. {a.Rows[0]} {b.Rows[0]}."
                    : $"These rows cannot be paired:\n  {string.Join("\n  ", unpaired)}"
            );
    }

    /// <summary>In the way that the report takes it, where it has the same two rows: an arm after more rounds against what it had before, or against
    /// one that does not learn. The other way round it is the same with the other sign.</summary>
    private static Difference Between(ComparedRow left, ScoreTable own, ComparedRow right, ScoreTable other)
    {
        if (
            left.Round < right.Round
            || (left.Round == right.Round && left.Round == 0 && string.CompareOrdinal(left.ToString(), right.ToString()) > 0)
        )
        {
            return Between(right, other, left, own).Reversed;
        }

        return left.Sweep == right.Sweep && left.Cell == right.Cell
            ? ArmDifferences.Between(left.Cell, left.Arm, own, right.Arm, other)
            : CrossedBootstrap.Difference(own, other, new Seed(0).Derive("compare", left.ToString(), right.ToString()));
    }

    /// <summary>What a reader of the table has to know: what was left out, and what it cannot tell.</summary>
    public IReadOnlyList<string> Notes => _notes;

    public FittedTable ToTable()
    {
        var table = new FittedTable(
            "differences of the shares solved, in points",
            "a",
            "b",
            Column.Number("a %"),
            Column.Number("b %"),
            Column.Number("a − b"),
            Column.Number("95 %"),
            Column.Number("tasks"),
            Column.Number("seeds")
        );

        foreach (var (a, b, left, right, difference) in _pairs)
        {
            table.AddRow(
                Markup.Escape(a.ToString()),
                Markup.Escape(b.ToString()),
                Points(left.Mean, "0.0"),
                Points(right.Mean, "0.0"),
                Points(difference.Value, "+0.0;-0.0;0"),
                $"{Points(difference.Interval.Low, "+0.0;-0.0;0")} to {Points(difference.Interval.High, "+0.0;-0.0;0")}",
                left.Tasks.Count.ToString(CultureInfo.InvariantCulture),
                left.Seeds.Count.ToString(CultureInfo.InvariantCulture)
            );
        }

        return table;
    }

    /// <summary>What <c>--json</c> prints. Shares are of 1, not per cent.</summary>
    public object ToDocument() =>
        new
        {
            comparisons = _pairs.Select(pair => new
            {
                a = Row(pair.A, pair.Left),
                b = Row(pair.B, pair.Right),
                difference = pair.Difference.Value,
                interval = new
                {
                    low = pair.Difference.Interval.Low,
                    high = pair.Difference.Interval.High,
                    confidence = 0.95,
                },
                excludesZero = pair.Difference.ExcludesZero,
                seeds = pair.Left.Seeds,
                perSeed = pair.Difference.PerSeed,
                tasks = pair.Left.Tasks.Select(
                    (task, i) =>
                        new
                        {
                            task,
                            a = Share(pair.Left, i),
                            b = Share(pair.Right, i),
                        }
                ),
            }),
            notes = _notes,
        };

    private static object Row(ComparedRow row, ScoreTable scores) =>
        new
        {
            sweep = row.Sweep,
            cell = row.Cell,
            arm = row.Arm,
            round = row.Round,
            solved = scores.Mean,
        };

    private static double Share(ScoreTable table, int task) =>
        Enumerable.Range(0, table.Seeds.Count).Average(seed => Moments.Mean(table[seed, task]));

    /// <summary>Named rows with each other; else the arms (and cells) that both sides have.</summary>
    private static IEnumerable<(ComparedRow A, ComparedRow B)> Pairs(RowChoice a, RowChoice b)
    {
        foreach (var left in a.Rows)
        {
            var partners =
                a.NamesArm && b.NamesArm ? b.Rows.Where(right => right.Cell == left.Cell || a.Rows.Count == 1 || b.Rows.Count == 1)
                : a.NamesArm || b.NamesArm ? b.Rows.Where(right => right.Arm == left.Arm)
                : b.Rows.Where(right => right.Arm == left.Arm && right.Cell == left.Cell);
            foreach (var right in partners)
            {
                yield return (left, right);
            }
        }
    }

    private static string Why(ScoreTable a, ScoreTable b)
    {
        var only = a.Tasks.Except(b.Tasks, StringComparer.Ordinal).Concat(b.Tasks.Except(a.Tasks, StringComparer.Ordinal)).ToArray();
        return only.Length > 0
            ? $"{only.Length} tasks are on one side only, e.g. {only[0]}"
            : $"no outer seed in common ({string.Join(", ", a.Seeds)} and {string.Join(", ", b.Seeds)})";
    }

    private static string Points(double share, string format) => (100 * share).ToString(format, CultureInfo.InvariantCulture);
}
