using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Results;
using Seal.Core.Sweeps;
using Seal.Core.Tests.Support;

namespace Seal.Core.Tests.Tables;

/// <summary>A reward table whose every trial a test may choose: four self-edits of two settings, any tasks.</summary>
internal static class HandTable
{
    /// <summary>In the schema's order: each of two switches with each of two rates.</summary>
    public static string[] Edits { get; } = [Edit("true", 1), Edit("true", 2), Edit("false", 1), Edit("false", 2)];

    public static string Edit(string on, int rate) => $$"""{"on":{{on}},"rate":{{rate}}}""";

    /// <param name="trial">By task, number of the self-edit, inner seed.</param>
    /// <param name="evaluation">Evaluation tasks.</param>
    /// <param name="training">Training tasks.</param>
    /// <param name="replicates">Inner seeds.</param>
    /// <param name="edits">Self-edits; the four by default.</param>
    public static RunRecord Run(
        Func<string, int, int, TrialResult?> trial,
        string[]? evaluation = null,
        string[]? training = null,
        int replicates = 1,
        string[]? edits = null
    )
    {
        edits ??= Edits;
        var phases = Enumerable
            .Range(0, replicates)
            .SelectMany(replicate =>
                new[]
                {
                    Records.Phase($"table-train-{replicate}", 0, [.. (training ?? []).Select(task => Task(task, replicate))]),
                    Records.Phase($"table-evaluate-{replicate}", 0, [.. (evaluation ?? ["ea", "eb"]).Select(task => Task(task, replicate))]),
                }
            );
        return Records.Run("table", 1, [.. phases]);

        TaskRecord Task(string task, int replicate) => new(task, 0, [.. edits.Select((edit, i) => Candidate(i, edit, trial(task, i, replicate)))]);
    }

    public static TrialResult Trial(bool solved, int steps = 10, double accuracy = 0.5, double? demonstrations = null, string details = "same")
    {
        List<Observation> seen = [new(ObservationNames.Exact, solved ? 1 : 0), new(ObservationNames.TokenAccuracy, accuracy)];
        if (demonstrations is { } share)
        {
            seen.Add(new Observation(ObservationNames.DemonstrationAccuracy, share));
        }

        return new TrialResult(null, seen, steps, 10 * steps, 2, 1, details);
    }

    /// <summary>A learning arm of one round: what it kept on its training task, and what it writes for each evaluation task in the end.</summary>
    public static RunRecord Learner(long seed, string[] kept, params (string Task, string[] Writes)[] last) =>
        Records.Run(
            "seal",
            seed,
            Records.Phase("evaluate-0", 0, [.. last.Select(task => Task(task.Task, [Edits[0]]))]),
            Round(1, kept),
            Records.Phase("evaluate-1", 1, [.. last.Select(task => Task(task.Task, task.Writes))])
        );

    /// <summary>A round that kept these.</summary>
    public static PhaseRecord Round(int number, params string[] kept) =>
        new(PhaseId.Train(number), number, "", kept.Length, new UpdateResult(null, 1, 2, 1, null), [Task("tr", kept)]);

    public static SweepResults Results(params RunRecord[] runs) => new("hand", "model", "class", [], [], runs);

    private static TaskRecord Task(string task, string[] writes) => new(task, 0, [.. writes.Select((edit, i) => Candidate(i, edit, Trial(true)))]);

    private static CandidateRecord Candidate(int index, string edit, TrialResult? trial) =>
        new(index, edit, null, trial is null ? CandidateState.Poisoned : CandidateState.Scored, null, trial, trial?[ObservationNames.Exact]);
}
