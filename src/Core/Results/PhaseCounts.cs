using Seal.Core.Candidates;

namespace Seal.Core.Results;

/// <summary>What became of a phase's candidates, counted.</summary>
/// <param name="Tasks">Tasks of the phase.</param>
/// <param name="Candidates">Self-edits, duplicates and invalid texts included.</param>
/// <param name="Valid">Of those, the ones that are self-edits.</param>
/// <param name="Different">Of those, different ones for their task.</param>
/// <param name="Solved">Candidates that solved their task by the run's score, or the parts of it that they solved.</param>
/// <param name="Mixed">Tasks whose candidates got different rewards: only they teach which self-edit is better.</param>
/// <param name="Reward">Mean reward of those that have one; null where none has.</param>
/// <param name="Trials">Inner loops behind the phase. A duplicate shares its first one's; several trials of a self-edit count each.</param>
/// <param name="Steps">Optimizer steps of those inner loops, looked-up ones included.</param>
public sealed record PhaseCounts(
    int Tasks,
    int Candidates,
    int Valid,
    int Different,
    double Solved,
    int Mixed,
    double? Reward,
    int Trials,
    long Steps
)
{
    /// <param name="tasks">The phase's records.</param>
    /// <param name="score">What counts as solved; see <see cref="Scores"/>.</param>
    public static PhaseCounts Of(IReadOnlyList<TaskRecord> tasks, string? score)
    {
        var candidates = tasks.SelectMany(task => task.Candidates).ToArray();
        double[] rewards = [.. candidates.Select(candidate => candidate.Reward).OfType<double>()];
        var trials = candidates
            .Where(candidate => candidate is { DuplicateOf: null, Trial: not null })
            .SelectMany(candidate => candidate.Trials)
            .ToArray();
        return new PhaseCounts(
            tasks.Count,
            candidates.Length,
            candidates.Count(candidate => candidate.Payload is not null),
            candidates.Count(candidate => candidate.Payload is not null && candidate.DuplicateOf is null),
            candidates.Sum(candidate => candidate.Success(score)),
            tasks.Count(IsMixed),
            rewards.Length > 0 ? rewards.Average() : null,
            trials.Length,
            trials.Sum(trial => (long)trial.Steps)
        );
    }

    private static bool IsMixed(TaskRecord task) =>
        task.Candidates.Select(candidate => candidate.Reward).Where(reward => reward is not null).Distinct().Skip(1).Any();
}
