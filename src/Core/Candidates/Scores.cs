using Seal.Core.Sweeps;

namespace Seal.Core.Candidates;

/// <summary>What counts as solved, by the words of <c>evaluate.score</c>. Null stands for the plain view: it was there before there was a
/// choice.</summary>
public static class Scores
{
    /// <summary>The greedy answer of the plain view.</summary>
    public const string Exact = "exact";

    /// <summary>The first answer of the vote over views.</summary>
    public const string VoteTop1 = "vote-top-1";

    /// <summary>One of the first two answers of the vote over views: the paper's, and ARC's own.</summary>
    public const string VoteTop2 = "vote-top-2";

    /// <summary>The share of a task's questions that is answered: a task can be solved in part.</summary>
    public const string Accuracy = "accuracy";

    /// <summary>All of them, as a sweep file writes them.</summary>
    public static IReadOnlyList<string> Names { get; } = [Exact, VoteTop1, VoteTop2, Accuracy];

    /// <summary>Those of tasks that are solved or not, by one view or by several.</summary>
    public static IReadOnlyList<string> OfViews { get; } = [Exact, VoteTop1, VoteTop2];

    /// <summary>The observation that is 1 where a trial solved its task, and less where it solved a part of it.</summary>
    /// <exception cref="ArgumentException">No such score.</exception>
    public static string Observation(string? score) =>
        score switch
        {
            null or Exact => ObservationNames.Exact,
            VoteTop1 => ObservationNames.VoteTop1,
            VoteTop2 => ObservationNames.VoteTop2,
            Accuracy => ObservationNames.Accuracy,
            _ => throw new ArgumentException($"evaluate.score: '{score}' is not known; expected one of {string.Join(", ", Names)}."),
        };

    /// <summary>What counts as solved in a phase of a run: a gate's answers are judged by the plain view, whatever the run's score is.</summary>
    public static string? In(PhaseId phase, string? score) => phase.IsGate ? null : score;

    /// <summary>Whether trials must be judged by the vote over views for it.</summary>
    public static bool NeedsVotes(string? score) => score is VoteTop1 or VoteTop2;

    /// <summary>Completes "share of tried self-edits after which …".</summary>
    public static string Describe(string? score) =>
        score switch
        {
            VoteTop1 => "the first answer of the vote over views is exactly right",
            VoteTop2 => "one of the first two answers of the vote over views is exactly right",
            Accuracy => "a question of the task is answered",
            _ => "the greedy answer of the plain view is exactly right",
        };
}
