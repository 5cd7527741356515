using Seal.Core.Candidates;
using Seal.Core.Results;
using Seal.Core.Runs;
using Seal.Core.Sweeps;

namespace Seal.Pages.Live;

/// <summary>What a page says of a phase that has ended, counted once: the records themselves may be megabytes.</summary>
/// <param name="Entry">The phase.</param>
/// <param name="Candidates">Self-edits, duplicates and invalid texts included.</param>
/// <param name="Valid">Of those, the ones that are self-edits.</param>
/// <param name="Different">Of those, different ones for their task.</param>
/// <param name="Solved">Candidates that solved their task by the run's score.</param>
/// <param name="Tasks">Tasks of the phase.</param>
/// <param name="Mixed">Tasks whose candidates got different rewards: only they teach which self-edit is better.</param>
/// <param name="Reward">Mean reward of those that have one; null where none has.</param>
/// <param name="Choices">The most frequent self-edits with their numbers, the most frequent first.</param>
/// <param name="Failures">Candidates that came to nothing, the first ones.</param>
internal sealed record PhaseSummary(
    PhaseEntry Entry,
    int Candidates,
    int Valid,
    int Different,
    double Solved,
    int Tasks,
    int Mixed,
    double? Reward,
    IReadOnlyList<(string Edit, int Count)> Choices,
    IReadOnlyList<Failure> Failures
)
{
    /// <summary>As many failures as anyone reads; the counts have all.</summary>
    private const int MostFailures = 20,
        MostChoices = 8;

    public PhaseId Phase => Entry.Phase;

    /// <summary>The same records as another phase has brought them: equal ones are counted once.</summary>
    public PhaseSummary Of(PhaseEntry entry) =>
        entry == Entry ? this : this with { Entry = entry, Failures = [.. Failures.Select(failure => failure with { Phase = entry.Phase })] };

    public double? Share => Candidates == 0 ? null : (double)Solved / Candidates;

    public static PhaseSummary Of(PhaseEntry entry, PhaseTasks tasks, string? score)
    {
        var candidates = tasks.Tasks.SelectMany(task => task.Candidates).ToArray();
        var counts = PhaseCounts.Of(tasks.Tasks, score);
        return new PhaseSummary(
            entry,
            counts.Candidates,
            counts.Valid,
            counts.Different,
            counts.Solved,
            counts.Tasks,
            counts.Mixed,
            counts.Reward,
            [
                .. candidates
                    .Select(candidate => candidate.Payload)
                    .OfType<string>()
                    .GroupBy(payload => payload, StringComparer.Ordinal)
                    .Select(group => (group.Key, group.Count()))
                    .OrderByDescending(choice => choice.Item2)
                    .ThenBy(choice => choice.Key, StringComparer.Ordinal)
                    .Take(MostChoices),
            ],
            [
                .. tasks
                    .Tasks.SelectMany(task =>
                        task.Candidates.Where(candidate => candidate.DuplicateOf is null)
                            .SelectMany(candidate => Failure.Of(entry.Phase, task.Task, CandidateView.Of(candidate, score)))
                    )
                    .Take(MostFailures),
            ]
        );
    }
}

/// <summary>A candidate that came to nothing.</summary>
/// <param name="Phase">Its phase.</param>
/// <param name="Task">Its task.</param>
/// <param name="Index">Its place.</param>
/// <param name="Word">What became of it, e.g. <c>invalid</c>.</param>
/// <param name="Reason">Why, in one line.</param>
internal sealed record Failure(PhaseId Phase, string Task, int Index, string Word, string Reason)
{
    /// <summary>None, or one.</summary>
    public static IEnumerable<Failure> Of(PhaseId phase, string task, CandidateView candidate) =>
        candidate.Standing is Standing.Invalid or Standing.Failed or Standing.GivenUp
            ? [new Failure(phase, task, candidate.Index, Words.Of(candidate.Standing), candidate.Reason ?? "work was given up")]
            : [];
}
