using Seal.Arc.Tasks;
using Seal.Arc.Voting;

namespace Seal.Arc.Scoring;

/// <param name="Id">The task.</param>
/// <param name="Correct">Test pairs for which an attempt is exactly right.</param>
/// <param name="Submitted">Test pairs with attempts.</param>
/// <param name="Tests">Test pairs of the task.</param>
internal sealed record TaskScore(string Id, int Correct, int Submitted, int Tests)
{
    /// <summary>Every test pair is right.</summary>
    public bool Solved => Correct == Tests;
}

/// <summary>A submission, scored as the ARC prize does: a test pair counts if one of its attempts is exactly right.</summary>
/// <param name="Tasks">The tasks that were attempted, in the order of the tasks.</param>
/// <param name="TaskCount">All tasks, attempted or not.</param>
internal sealed record SubmissionScore(IReadOnlyList<TaskScore> Tasks, int TaskCount)
{
    public int Correct => Tasks.Sum(task => task.Correct);

    public int Predictions => Tasks.Sum(task => task.Submitted);

    /// <summary>Share of right predictions among those made; 0 without any.</summary>
    public double PredictionAccuracy => Predictions == 0 ? 0 : Correct / (double)Predictions;

    /// <summary>Share of all tasks that are solved.</summary>
    public double CompetitionAccuracy => TaskCount == 0 ? 0 : Tasks.Count(task => task.Solved) / (double)TaskCount;

    /// <summary>The same with a part of a point for some of a task's test pairs.</summary>
    public double PartialAccuracy => TaskCount == 0 ? 0 : Tasks.Sum(task => task.Correct / (double)task.Tests) / TaskCount;

    /// <summary>Scores attempts, in the order of the test pairs, by task id.</summary>
    /// <exception cref="ArgumentException">A task that is not there, more attempts than test pairs, or a test pair without output.</exception>
    public static SubmissionScore Of(IReadOnlyList<ArcTask> tasks, IReadOnlyDictionary<string, IReadOnlyList<Attempts>> submission)
    {
        var known = tasks.Select(task => task.Id).ToHashSet(StringComparer.Ordinal);
        var stranger = submission.Keys.Where(id => !known.Contains(id)).Order(StringComparer.Ordinal).FirstOrDefault();
        if (stranger is not null)
        {
            throw new ArgumentException($"There are attempts at {stranger}, which is none of the tasks.", nameof(submission));
        }

        return new SubmissionScore(
            [.. tasks.Where(task => submission.ContainsKey(task.Id)).Select(task => Score(task, submission[task.Id]))],
            tasks.Count
        );
    }

    private static TaskScore Score(ArcTask task, IReadOnlyList<Attempts> attempts)
    {
        if (attempts.Count > task.Test.Count)
        {
            throw new ArgumentException($"Task {task.Id} has {task.Test.Count} test pairs, but attempts at {attempts.Count}.", nameof(attempts));
        }

        var correct = attempts
            .Where(
                (attempt, i) =>
                    attempt.Include(
                        task.Test[i].Output
                            ?? throw new ArgumentException($"Test pair {i + 1} of task {task.Id} has no output to score by.", nameof(task))
                    )
            )
            .Count();
        return new TaskScore(task.Id, correct, attempts.Count, task.Test.Count);
    }
}
