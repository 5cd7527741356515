using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Results;

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
        var phases = Enumerable.Range(0, replicates).SelectMany(replicate => new[]
        {
            Phase($"table-train-{replicate}", 0, ["train-a", "train-b", "train-c"], task => [Candidate(0, A, solves(task, A, replicate)), Candidate(1, B, solves(task, B, replicate))]),
            Phase($"table-evaluate-{replicate}", 0, ["eval-a", "eval-b"], task => [Candidate(0, A, solves(task, A, replicate)), Candidate(1, B, solves(task, B, replicate))]),
        });
        var table = new RunRecord("base-table-s1", "base", "table", 1, ["model"], [.. phases], true);
        return new SweepResults(
            "small", "model", "class", [.. new[] { "train-a", "train-b", "train-c" }.Select(id => new TaskRef(id, "00"))], [.. new[] { "eval-a", "eval-b" }.Select(id => new TaskRef(id, "00"))], [table, .. more]);
    }

    /// <summary>The same judged by the vote's two answers.</summary>
    public static SweepResults Voted(SweepResults results, Func<string, string, bool> solves) => results with
    {
        Runs = [.. results.Runs.Select(run => run with { Score = Scores.VoteTop2, Phases = [.. run.Phases.Select(phase => phase with { Tasks = [.. phase.Tasks.Select(task => task with { Candidates = [.. task.Candidates.Select(candidate => candidate with { Trial = candidate.Trial! with { Observations = [.. candidate.Trial.Observations, new Observation(ObservationNames.VoteTop2, solves(task.Task, candidate.Payload!) ? 1 : 0)] } })] })] })] })],
        Sweep = $"{results.Sweep}-voted",
    };

    /// <summary>An arm that learns: everything it kept was <paramref name="kept"/>, and so is all that it writes in the end.</summary>
    public static RunRecord Learner(long seed, string kept) => new(
        $"base-seal-s{seed}", "base", "seal", seed, ["model"],
        [
            Phase("evaluate-0", 0, ["eval-a", "eval-b"], _ => [Candidate(0, A, false)]),
            Phase("train-1", 1, ["train-a"], _ => [Candidate(0, kept, true)]) with { Update = new UpdateResult(null, 1, 1, 1, null), Kept = 1 },
            Phase("evaluate-1", 1, ["eval-a", "eval-b"], _ => [Candidate(0, kept, true)]),
        ],
        true);

    private static PhaseRecord Phase(string name, int round, string[] tasks, Func<string, CandidateRecord[]> candidates) =>
        new(name, round, "policy", 0, null, [.. tasks.Select(task => new TaskRecord(task, 0, candidates(task)))]);

    private static CandidateRecord Candidate(int index, string payload, bool solved) => new(
        index, payload, null, CandidateState.Scored, null,
        new TrialResult(null, [new Observation(ObservationNames.Exact, solved ? 1 : 0), new Observation(ObservationNames.TokenAccuracy, solved ? 1 : 0.5)], 10, 100, 1, 0.1, null), solved ? 1 : 0);
}
