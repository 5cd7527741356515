using System.Globalization;
using Seal.Client.Sweeps;
using Seal.Core.Results;
using Seal.Core.Statistics;
using Seal.Core.Tables;

namespace Seal.Client.Reporting;

/// <summary>One row of a table, ready to be paired.</summary>
/// <param name="Sweep">Whose.</param>
/// <param name="Cell">Grid cell.</param>
/// <param name="Arm">Arm.</param>
/// <param name="Round">Rounds of training behind it.</param>
/// <param name="Scores">By outer seed and task.</param>
/// <param name="Score">What counts as solved; null for the plain view.</param>
/// <param name="IsLast">Whether the arm has no later evaluation, one that work was given up in included.</param>
/// <param name="Hashes">SHA-256 of the sweep's tasks by their ids.</param>
internal sealed record ComparedRow(
    string Sweep,
    string Cell,
    string Arm,
    int Round,
    ScoreTable Scores,
    string? Score,
    bool IsLast,
    IReadOnlyDictionary<string, string> Hashes
)
{
    public override string ToString() => $"{Sweep}/{Cell}/{Arm}/{Round.ToString(CultureInfo.InvariantCulture)}";
}

/// <summary>The rows that words like <c>table/seal/2</c> mean.</summary>
/// <param name="Text">As typed.</param>
/// <param name="Rows">In plan order.</param>
/// <param name="NamesArm">Whether an arm was named.</param>
internal sealed record RowChoice(string Text, IReadOnlyList<ComparedRow> Rows, bool NamesArm)
{
    /// <exception cref="CommandException">No such sweep, cell, arm or round.</exception>
    public static async Task<RowChoice> Read(StorePlace place, string text)
    {
        var (sweep, parts) = Split(text);
        var results = await FinishedResults.Read(place, sweep);
        var all = RowsOf(results);
        if (parts.Length == 0)
        {
            return new RowChoice(text, [.. all.Where(row => row.IsLast)], false);
        }

        int? round = int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && parts.Length > 1 ? number : null;
        var names = round is null ? parts : parts[..^1];
        var chosen = all.Where(row =>
                (names.Length == 1 ? row.Arm == names[0] : row.Cell == names[0] && row.Arm == names[^1])
                && (round is null ? row.IsLast : row.Round == round)
            )
            .ToArray();
        return names.Length <= 2 && chosen.Length > 0
            ? new RowChoice(text, chosen, true)
            : throw new CommandException(
                ExitCode.NotFoundOrConflict,
                $"{text}: there is no such row with a verdict on every task, and rows in which work was given up cannot be paired; {results.Sweep} "
                    + $"has:\n  {string.Join("\n  ", all)}"
            );
    }

    /// <summary>The sweep and what follows. A path to a results.json may have slashes of its own.</summary>
    private static (string Sweep, string[] Parts) Split(string text)
    {
        const string File = ".json";
        var end = text.IndexOf(File, StringComparison.Ordinal);
        if (end > 0)
        {
            end += File.Length;
            return (text[..end], text[end..].Split('/', StringSplitOptions.RemoveEmptyEntries));
        }

        if (Directory.Exists(text))
        {
            return (text, []);
        }

        var parts = text.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 0 ? (text, []) : (parts[0], parts[1..]);
    }

    private static List<ComparedRow> RowsOf(SweepResults results)
    {
        var rows = new List<ComparedRow>();
        var hashes = results
            .Training.Concat(results.Evaluation)
            .DistinctBy(task => task.Id)
            .ToDictionary(task => task.Id, task => task.Sha256, StringComparer.Ordinal);
        foreach (var arm in results.Runs.Concat(LookUpArms.Of(results)).GroupBy(run => (run.Cell, run.Arm)))
        {
            var rounds = ArmScores.ByRound(arm);
            var last = arm.SelectMany(run => run.Phases)
                .Where(phase => phase.Phase.IsEvaluation)
                .Select(phase => phase.Round)
                .DefaultIfEmpty(0)
                .Max();
            rows.AddRange(
                rounds.Select(round => new ComparedRow(
                    results.Sweep,
                    arm.Key.Cell,
                    arm.Key.Arm,
                    round.Round,
                    round.Table,
                    arm.First().Score,
                    round.Round == last,
                    hashes
                ))
            );
        }

        return rows;
    }
}
