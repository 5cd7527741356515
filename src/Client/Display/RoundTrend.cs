using System.Globalization;
using Seal.Core.Sweeps;
using Seal.Pages.Live;

namespace Seal.Client.Display;

/// <summary>Shares of candidates that solved their task: a column a round, and two lines a run, for its training and its evaluation tasks.</summary>
internal static class RoundTrend
{
    private const int NameWidth = 28,
        ColumnWidth = 6;

    private const string Heading = "solved by round, %",
        Train = "train   ",
        Evaluate = "evaluate";

    /// <summary>Lines of text, none wider than the terminal; none before a phase of rounds has ended.</summary>
    /// <param name="runs">The sweep's runs.</param>
    /// <param name="width">Characters of a line.</param>
    /// <param name="most">Lines there is room for, the heading included.</param>
    public static IReadOnlyList<string> Lines(IReadOnlyList<RunView> runs, int width, int most)
    {
        // Runs of one arm are told of together where there are many, as in the table above.
        var rows = RunLine
            .Grouped([.. runs.Select(run => run.Progress)])
            .SelectMany(group => Rows(group.Name, [.. runs.Where(run => group.Runs.Contains(run.Progress))]))
            .ToArray();
        if (rows.Length == 0 || most < 2)
        {
            return [];
        }

        var name = Math.Clamp(rows.Max(row => row.Name.Length), Heading.Length - Train.Length, NameWidth);
        var rounds = rows.SelectMany(row => row.Shares.Keys).Distinct().Order();
        int[] shown = [.. rounds.TakeLast(Math.Max(1, (width - name - 1 - Train.Length) / ColumnWidth))];
        var numbers = shown.Select(round => round.ToString(CultureInfo.InvariantCulture).PadLeft(ColumnWidth));
        var lines = new List<string> { Heading.PadRight(name + 1 + Train.Length) + string.Concat(numbers) };
        foreach (var (label, what, shares) in rows.Take(rows.Length > most - 1 ? most - 2 : most - 1))
        {
            var values = shown.Select(round =>
                (shares.TryGetValue(round, out var share) ? (100 * share).ToString("0.0", CultureInfo.InvariantCulture) : "").PadLeft(ColumnWidth)
            );
            lines.Add($"{(label.Length > name ? label[..(name - 1)] + "…" : label.PadRight(name))} {what}{string.Concat(values)}".TrimEnd());
        }

        if (rows.Length > most - 1)
        {
            lines.Add(FormattableString.Invariant($"… and {rows.Length - (most - 2)} more lines"));
        }

        return lines;
    }

    private static IEnumerable<(string Name, string What, IReadOnlyDictionary<int, double> Shares)> Rows(string name, IReadOnlyList<RunView> runs)
    {
        var train = Shares(runs, phase => phase.IsRound);
        var evaluate = Shares(runs, phase => phase.IsEvaluation);
        if (train.Count > 0)
        {
            yield return (name, Train, train);
        }

        if (evaluate.Count > 0)
        {
            yield return (train.Count > 0 ? "" : name, Evaluate, evaluate);
        }
    }

    /// <summary>Means over the runs that have the phase.</summary>
    private static Dictionary<int, double> Shares(IReadOnlyList<RunView> runs, Func<PhaseId, bool> which) =>
        runs.SelectMany(run => run.Phases)
            .Where(phase => which(phase.Phase) && phase.Share is not null)
            .GroupBy(phase => phase.Phase.Round)
            .ToDictionary(round => round.Key, round => round.Average(phase => phase.Share!.Value));
}
