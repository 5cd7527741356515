using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Results;
using Seal.Core.Sweeps;

namespace Seal.Core.Tables;

/// <summary>One entry: what a self-edit did on a task under one inner seed, on the frozen base model.</summary>
/// <param name="Task">Task id.</param>
/// <param name="Trains">Whether it is a training task.</param>
/// <param name="Replicate">The inner seed, from 0.</param>
/// <param name="Edit">Number of the self-edit in the table's order, from 0.</param>
/// <param name="Result">The candidate: payload, verdict, trial.</param>
public sealed record TableEntry(string Task, bool Trains, int Replicate, int Edit, CandidateRecord Result);

/// <summary>
/// Every candidate edit × task × inner seed, computed once: constants, oracles, random edits and outer seeds are look-ups in it. Made by a run of
/// an arm with proposer <c>table</c>.
/// </summary>
public sealed class RewardTable
{
    private readonly Dictionary<(string Task, string Payload, int Replicate), CandidateRecord> _byEdit;

    private RewardTable(string cell, IReadOnlyList<TableEntry> entries, bool complete, string? score)
    {
        Cell = cell;
        Score = score;
        Entries = entries;
        IsComplete = complete;
        Edits =
        [
            .. entries
                .Where(entry => entry.Result.Payload is not null)
                .OrderBy(entry => entry.Edit)
                .Select(entry => entry.Result.Payload!)
                .Distinct(StringComparer.Ordinal),
        ];
        TrainingTasks = Tasks(trains: true);
        EvaluationTasks = Tasks(trains: false);
        Replicates = entries.Count == 0 ? 0 : entries.Max(entry => entry.Replicate) + 1;
        _byEdit = [];
        foreach (var entry in entries.Where(entry => entry.Result.Payload is not null))
        {
            _byEdit.TryAdd((entry.Task, entry.Result.Payload!, entry.Replicate), entry.Result);
        }
    }

    /// <summary>The grid cell whose settings it was made with.</summary>
    public string Cell { get; }

    /// <summary>What counts as solved (see <see cref="Scores"/>); null for the plain view.</summary>
    public string? Score { get; }

    public IReadOnlyList<TableEntry> Entries { get; }

    /// <summary>Canonical self-edits, in the schema's order.</summary>
    public IReadOnlyList<string> Edits { get; }

    /// <summary>In the sweep's order.</summary>
    public IReadOnlyList<string> TrainingTasks { get; }

    /// <summary>In the sweep's order.</summary>
    public IReadOnlyList<string> EvaluationTasks { get; }

    /// <summary>Number of inner seeds.</summary>
    public int Replicates { get; }

    /// <summary>False if work was given up.</summary>
    public bool IsComplete { get; }

    /// <summary>The entry, or null if the table does not have it.</summary>
    public CandidateRecord? Find(string task, string payload, int replicate) => _byEdit.GetValueOrDefault((task, payload, replicate));

    /// <summary>What the self-edit does on the task, on average over inner seeds: the share that it solves, its right tokens (0..1), its steps; NaN
    /// where the table has nothing.</summary>
    /// <param name="task">Task.</param>
    /// <param name="payload">Self-edit.</param>
    /// <param name="counts">Which inner seeds count; null for all.</param>
    public (double Solved, double Accuracy, double Steps) Mean(string task, string payload, Func<int, bool>? counts = null)
    {
        double solved = 0,
            accuracy = 0,
            steps = 0;
        var count = 0;
        for (var replicate = 0; replicate < Replicates; replicate++)
        {
            if (counts?.Invoke(replicate) != false && Find(task, payload, replicate) is { } found)
            {
                solved += found.Success(Score);
                accuracy += found.Trial?[ObservationNames.TokenAccuracy] ?? 0;
                steps += found.Trial?.Steps ?? 0;
                count++;
            }
        }

        return (solved / count, accuracy / count, steps / count);
    }

    /// <summary>The self-edit most often right on these tasks; of equals the one with more right tokens, then with fewer steps, then the earlier in
    /// the table.</summary>
    /// <param name="tasks">At least one.</param>
    /// <param name="counts">Which inner seeds it is chosen under; null for all.</param>
    public string Best(IReadOnlyList<string> tasks, Func<int, bool>? counts = null)
    {
        return Edits
            .Select(edit => (Edit: edit, Means: tasks.Select(task => Mean(task, edit, counts)).ToArray()))
            .OrderByDescending(item => item.Means.Sum(mean => Known(mean.Solved)))
            .ThenByDescending(item => item.Means.Sum(mean => Known(mean.Accuracy)))
            .ThenBy(item => item.Means.Sum(mean => Known(mean.Steps)))
            .First()
            .Edit;

        // What the table lacks is chosen last.
        static double Known(double value) => double.IsNaN(value) ? -1 : value;
    }

    /// <summary>
    /// Whether a run's last evaluation is a look-up in this table: the same self-edit on the same task under the same inner seed left the same
    /// behind. An arm with other weights or inner loops is not, and nothing looked up here says anything of it.
    /// </summary>
    public bool Judges(RunRecord run) =>
        run.Phases.LastOrDefault(phase => phase.Phase.IsEvaluation) is not { } last
        || last.Tasks.All(task =>
            task.Candidates.All(candidate =>
                candidate.Payload is not { } payload
                || Find(task.Task, payload, InnerSeeds.Replicate(run.Seed, task.Task, trains: false, Replicates)) is not { } found
                || found.Trial?.Details == candidate.Trial?.Details
            )
        );

    /// <summary>The tables of a sweep's results, one per cell with a table arm.</summary>
    public static IReadOnlyList<RewardTable> Of(SweepResults results) => Of(results.Runs);

    /// <summary>The tables among runs.</summary>
    public static IReadOnlyList<RewardTable> Of(IReadOnlyList<RunRecord> runs) =>
        [
            .. runs.Where(run => run.Phases.Count > 0 && run.Phases.All(phase => phase.Phase.IsTable))
                .Select(run => new RewardTable(run.Cell, [.. Entry(run)], run.Complete, run.Score)),
        ];

    private static IEnumerable<TableEntry> Entry(RunRecord run) =>
        from phase in run.Phases
        from task in phase.Tasks
        from candidate in task.Candidates
        select new TableEntry(task.Task, phase.Phase.IsOnTrainingTasks, phase.Phase.Number, candidate.Index, candidate);

    private string[] Tasks(bool trains) =>
        [.. Entries.Where(entry => entry.Trains == trains).Select(entry => entry.Task).Distinct(StringComparer.Ordinal)];
}
