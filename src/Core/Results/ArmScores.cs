using Seal.Core.Candidates;
using Seal.Core.Statistics;

namespace Seal.Core.Results;

/// <summary>The scores behind rows of the table.</summary>
public static class ArmScores
{
    /// <summary>
    /// An arm's evaluations by round, over all its seeds: how much of its task each self-edit solves by the run's score, 1 or 0 by most. Rows
    /// without a verdict for some task under some seed (incomplete runs) are left out.
    /// </summary>
    public static IReadOnlyList<(int Round, ScoreTable Table)> ByRound(IEnumerable<RunRecord> runs)
    {
        var rows = new List<(int, ScoreTable)>();
        var phases = runs.SelectMany(run => run.Phases.Where(phase => phase.Phase.IsEvaluation).Select(phase => (run.Seed, run.Score, phase)));
        foreach (var round in phases.GroupBy(item => item.phase.Round).OrderBy(group => group.Key))
        {
            Score[] scores =
            [
                .. from item in round
                from task in item.phase.Tasks
                from candidate in task.Candidates
                where candidate.State.IsVerdict()
                select new Score(item.Seed, task.Task, candidate.Success(item.Score)),
            ];
            var tasks = round.SelectMany(item => item.phase.Tasks.Select(task => (item.Seed, task.Task))).ToHashSet();
            var judged = scores.Select(score => (score.Seed, score.Task)).ToHashSet();
            if (
                judged.Count > 0
                && judged.SetEquals(tasks)
                && judged.Count == judged.DistinctBy(cell => cell.Seed).Count() * judged.DistinctBy(cell => cell.Task).Count()
            )
            {
                rows.Add((round.Key, ScoreTable.Of(scores)));
            }
        }

        return rows;
    }
}
