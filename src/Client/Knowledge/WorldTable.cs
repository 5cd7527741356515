using Seal.Core.Candidates;
using Seal.Core.Results;
using Seal.Core.Tables;
using Seal.Knowledge.SelfEdits;

namespace Seal.Client.Knowledge;

/// <summary>A row of the table over the generated world: means over the trials of an arm's evaluation.</summary>
/// <param name="Cell">Grid cell.</param>
/// <param name="Arm">Arm, or a look-up in the reward table.</param>
/// <param name="Round">Rounds of training before the evaluation.</param>
/// <param name="Trials">Trials.</param>
/// <param name="Steps">Optimizer steps of a trial.</param>
/// <param name="Tokens">Training tokens of a trial.</param>
/// <param name="IsExempt">It trains nothing, or on the raw passage once a step: a row that is not held to the others' tokens.</param>
/// <param name="Seen">Observations by name.</param>
internal sealed record WorldRow(
    string Cell,
    string Arm,
    int Round,
    int Trials,
    double Steps,
    double Tokens,
    bool IsExempt,
    IReadOnlyDictionary<string, double> Seen
)
{
    public double? this[string observation] => Seen.TryGetValue(observation, out var value) ? value : null;
}

/// <summary>Rows by question format, with what each was trained on. Pure.</summary>
internal static class WorldTable
{
    /// <summary>Rows are compared only where steps and tokens are the same within this share.</summary>
    public const double Tolerance = 0.02;

    private static readonly string Raw = new WorldEdit.Whole(RuleSet.Raw).Text;

    /// <summary>Every evaluation of every arm, look-ups behind them.</summary>
    public static IReadOnlyList<WorldRow> Of(SweepResults results) =>
        [
            .. from run in results.Runs.Concat(LookUpArms.Of(results))
            from phase in run.Phases
            where phase.Phase.IsEvaluation
            group phase by (run.Cell, run.Arm, phase.Round) into row
            let means = Row(row.Key.Cell, row.Key.Arm, row.Key.Round, [.. row.SelectMany(phase => phase.Tasks).SelectMany(task => task.Candidates)])
            where means is not null
            select means,
        ];

    /// <summary>What each row that differs from the middle one by more than <see cref="Tolerance"/> has, for people.</summary>
    public static IReadOnlyList<string> Unequal(IReadOnlyList<WorldRow> rows)
    {
        WorldRow[] held = [.. rows.Where(row => !row.IsExempt)];
        if (held.Length == 0)
        {
            return [];
        }

        var (steps, tokens) = (Middle(held.Select(row => row.Steps)), Middle(held.Select(row => row.Tokens)));
        return
        [
            .. held.Where(row => Differs(row.Steps, steps) || Differs(row.Tokens, tokens))
                .Select(row =>
                    FormattableString.Invariant($"{row.Arm} has {row.Steps:F1} steps and {row.Tokens:F0} tokens, others {steps:F1} and {tokens:F0}")
                ),
        ];
    }

    private static WorldRow? Row(string cell, string arm, int round, CandidateRecord[] candidates)
    {
        var tried = candidates.Where(candidate => candidate.Trial is { Failure: null }).ToArray();
        return tried.Length == 0
            ? null
            : new WorldRow(
                cell,
                arm,
                round,
                tried.Length,
                tried.Average(candidate => candidate.Trial!.Steps),
                tried.Average(candidate => candidate.Trial!.Tokens),
                tried.All(candidate => candidate.Trial!.Steps == 0 || candidate.Payload == Raw),
                tried
                    .SelectMany(candidate => candidate.Trial!.Observations)
                    .GroupBy(one => one.Name, StringComparer.Ordinal)
                    .ToDictionary(group => group.Key, group => group.Average(one => one.Value), StringComparer.Ordinal)
            );
    }

    private static double Middle(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static bool Differs(double value, double middle) => Math.Abs(value - middle) > Tolerance * middle;
}
