using System.Globalization;
using Seal.Core.Candidates;
using Seal.Core.Statistics;

namespace Seal.Core.Results;

/// <summary>One row of the table: an arm at one evaluation, over all outer seeds and evaluation tasks.</summary>
/// <param name="Cell">Grid cell.</param>
/// <param name="Arm">Arm.</param>
/// <param name="Round">Rounds of training before this evaluation.</param>
/// <param name="Candidates">Self-edits tried, duplicates counted.</param>
/// <param name="Invalid">Of those, no self-edits.</param>
/// <param name="Failed">Of those, not trained (step cap, diverged).</param>
/// <param name="Solved">Of those, the ones that solved their task by the sweep's score; the parts that they solved, where it counts parts.</param>
/// <param name="VoteTop1">Of those, right by the vote's first answer; null without votes.</param>
/// <param name="VoteTop2">Of those, right by one of the vote's first two answers; null without votes.</param>
/// <param name="Tasks">Evaluation tasks × seeds.</param>
/// <param name="TasksSolved">Of those, the ones that at least one candidate solved.</param>
/// <param name="Steps">Inner-loop optimizer steps behind the row, shared trials counted once.</param>
/// <param name="Exact">Of the candidates, exact on the plain view.</param>
/// <param name="Trials">Of the candidates, those that are trials of their own: what the same self-edit did on the same task under the same inner
/// seed counts once, however often it was written or looked up.</param>
/// <param name="Score">What counts as solved; null for the plain view.</param>
public sealed record ResultRow(
    string Cell,
    string Arm,
    int Round,
    int Candidates,
    int Invalid,
    int Failed,
    double Solved,
    int? VoteTop1,
    int? VoteTop2,
    int Tasks,
    int TasksSolved,
    long Steps,
    int Exact,
    int Trials,
    string? Score = null
)
{
    /// <summary>Wilson 95 % interval of the solved share, as wide as <see cref="Trials"/> allow. Trials of one task are correlated, so it is too
    /// narrow rather than too wide.</summary>
    public Interval SolvedInterval => Candidates == 0 ? new Interval(0, 1) : Wilson.Interval(Solved / Candidates, Trials);
}

public static class ResultTable
{
    /// <summary>Rows in plan order: cell, arm, evaluation.</summary>
    public static IReadOnlyList<ResultRow> Of(IReadOnlyList<RunRecord> runs) =>
        [
            .. runs.SelectMany(run => run.Phases.Where(phase => phase.Update is null && phase.Phase.IsEvaluation).Select(phase => (run, phase)))
                .GroupBy(item => (item.run.Cell, item.run.Arm, item.phase.Round))
                .Select(group =>
                    Row(group.Key.Cell, group.Key.Arm, group.Key.Round, group.First().run.Score, [.. group.SelectMany(item => item.phase.Tasks)])
                ),
        ];

    private static ResultRow Row(string cell, string arm, int round, string? score, IReadOnlyList<TaskRecord> tasks)
    {
        var candidates = tasks.SelectMany(task => task.Candidates).ToArray();
        return new ResultRow(
            cell,
            arm,
            round,
            candidates.Length,
            candidates.Count(candidate => candidate.State == CandidateState.Invalid),
            candidates.Count(candidate => candidate.State == CandidateState.Failed),
            candidates.Sum(candidate => candidate.Success(score)),
            Votes(candidates, ObservationNames.VoteTop1),
            Votes(candidates, ObservationNames.VoteTop2),
            tasks.Count,
            tasks.Count(task => task.Candidates.Any(candidate => candidate.Solves(score))),
            candidates.Where(candidate => candidate.DuplicateOf is null).Sum(candidate => (long)(candidate.Trial?.Steps ?? 0)),
            candidates.Count(candidate => candidate.Solved),
            tasks.SelectMany(task => task.Candidates.Select(candidate => Identity(task.Task, candidate))).Distinct().Count(),
            score
        );
    }

    /// <summary>What an inner loop leaves behind is named by its content, the inner seed's doing included; a text that is no self-edit is
    /// itself.</summary>
    private static (string Task, string? Payload, string? Details) Identity(string task, CandidateRecord candidate) =>
        (task, candidate.Payload, candidate.Payload is null ? candidate.Index.ToString(CultureInfo.InvariantCulture) : candidate.Trial?.Details);

    private static int? Votes(IReadOnlyList<CandidateRecord> candidates, string name) =>
        candidates.Any(candidate => candidate.Trial?[name] is not null) ? candidates.Count(candidate => candidate.Trial?[name] == 1) : null;
}
