using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Results;
using Seal.Core.Sweeps;

namespace Seal.Core.Tests.Tables;

/// <summary>Results of a sweep with a reward table, made by hand: two self-edits, tasks named by what solves them.</summary>
internal static class SmallTable
{
    public const string A = """{"training":{"use_a":true,"rate":1}}""";
    public const string B = """{"training":{"use_a":false,"rate":2}}""";

    /// <param name="solves">Whether a self-edit solves a task under an inner seed.</param>
    /// <param name="replicates">Inner seeds.</param>
    /// <param name="more">Runs beside the table's.</param>
    public static SweepResults Results(Func<string, string, int, bool> solves, int replicates = 2, params RunRecord[] more)
    {
        var phases = Enumerable
            .Range(0, replicates)
            .SelectMany(replicate =>
                new[]
                {
                    Phase(
                        $"table-train-{replicate}",
                        0,
                        ["train-a", "train-b", "train-c"],
                        task => [Candidate(0, A, solves(task, A, replicate)), Candidate(1, B, solves(task, B, replicate))]
                    ),
                    Phase(
                        $"table-evaluate-{replicate}",
                        0,
                        ["eval-a", "eval-b"],
                        task => [Candidate(0, A, solves(task, A, replicate)), Candidate(1, B, solves(task, B, replicate))]
                    ),
                }
            );
        var table = new RunRecord("base-table-s1", "base", "table", 1, ["model"], [.. phases], true);
        TaskRef[] training = [new("train-a", "00"), new("train-b", "00"), new("train-c", "00")];
        return new SweepResults("small", "model", "class", training, [new("eval-a", "00"), new("eval-b", "00")], [table, .. more]);
    }

    /// <summary>The same with every candidate changed.</summary>
    public static RunRecord Each(RunRecord run, Func<TaskRecord, CandidateRecord, CandidateRecord> change) =>
        run with
        {
            Phases =
            [
                .. run.Phases.Select(phase =>
                    phase with
                    {
                        Tasks = [.. phase.Tasks.Select(task => task with { Candidates = [.. task.Candidates.Select(one => change(task, one))] })],
                    }
                ),
            ],
        };

    /// <summary>The same judged by the vote's two answers.</summary>
    public static SweepResults Voted(SweepResults results, Func<string, string, bool> solves) =>
        results with
        {
            Sweep = $"{results.Sweep}-voted",
            Runs =
            [
                .. results.Runs.Select(run => Each(run, (task, one) => Vote(one, solves(task.Task, one.Payload!))) with { Score = Scores.VoteTop2 }),
            ],
        };

    /// <summary>The same with these steps for each trial, and these shares of right tokens.</summary>
    public static SweepResults Costing(SweepResults results, Func<string, int> steps, Func<string, double>? accuracy = null) =>
        results with
        {
            Runs = [.. results.Runs.Select(run => Each(run, (_, one) => one with { Trial = Costing(one, steps, accuracy) }))],
        };

    /// <summary>An arm that learned to write another self-edit for each task.</summary>
    public static RunRecord LearnerByTask(long seed, Func<string, string> writes)
    {
        var learner = Learner(seed, A);
        var last = Phase("evaluate-1", 1, ["eval-a", "eval-b"], task => [Candidate(0, writes(task), true)]);
        return learner with { Phases = [.. learner.Phases.SkipLast(1), last] };
    }

    /// <summary>An arm that learns: everything it kept was <paramref name="kept"/>, and so is all that it writes in the end.</summary>
    public static RunRecord Learner(long seed, string kept) =>
        new(
            $"base-seal-s{seed}",
            "base",
            "seal",
            seed,
            ["model"],
            [
                Phase("evaluate-0", 0, ["eval-a", "eval-b"], _ => [Candidate(0, A, false)]),
                Phase("train-1", 1, ["train-a"], _ => [Candidate(0, kept, true)]) with
                {
                    Update = new UpdateResult(null, 1, 1, 1, null),
                    Kept = 1,
                },
                Phase("evaluate-1", 1, ["eval-a", "eval-b"], _ => [Candidate(0, kept, true)]),
            ],
            true
        );

    private static CandidateRecord Vote(CandidateRecord candidate, bool solved) =>
        candidate with
        {
            Trial = candidate.Trial! with
            {
                Observations = [.. candidate.Trial.Observations, new Observation(ObservationNames.VoteTop2, solved ? 1 : 0)],
            },
        };

    private static TrialResult Costing(CandidateRecord candidate, Func<string, int> steps, Func<string, double>? accuracy)
    {
        var right = new Observation(ObservationNames.TokenAccuracy, accuracy?.Invoke(candidate.Payload!) ?? 0.5);
        return candidate.Trial! with { Steps = steps(candidate.Payload!), Observations = [candidate.Trial.Observations[0], right] };
    }

    private static PhaseRecord Phase(string name, int round, string[] tasks, Func<string, CandidateRecord[]> candidates) =>
        new(PhaseId.Parse(name)!.Value, round, "policy", 0, null, [.. tasks.Select(task => new TaskRecord(task, 0, candidates(task)))]);

    private static CandidateRecord Candidate(int index, string payload, bool solved) =>
        new(
            index,
            payload,
            null,
            CandidateState.Scored,
            null,
            new TrialResult(
                null,
                [new Observation(ObservationNames.Exact, solved ? 1 : 0), new Observation(ObservationNames.TokenAccuracy, solved ? 1 : 0.5)],
                10,
                100,
                1,
                0.1,
                null
            ),
            solved ? 1 : 0
        );
}
