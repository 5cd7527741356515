using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Results;
using Seal.Core.Runs;
using Seal.Core.Sweeps;

namespace Seal.Reports.Metrics;

/// <summary>The numbers of one phase that has ended: a line of <c>metrics.jsonl</c>, a point of every TensorBoard curve.</summary>
/// <param name="Run">The run's name.</param>
/// <param name="Cell">Its grid cell.</param>
/// <param name="Arm">Its arm.</param>
/// <param name="Seed">Its outer seed.</param>
/// <param name="Phase">The phase.</param>
/// <param name="Counts">What became of its candidates.</param>
/// <param name="Kept">Pairs that the update rule kept; null where the phase is no round.</param>
/// <param name="Update">The policy update; null where there was none.</param>
/// <param name="Cost">What its tasks have cost, without the update.</param>
public sealed record PhaseMetrics(
    string Run,
    string Cell,
    string Arm,
    long Seed,
    PhaseId Phase,
    PhaseCounts Counts,
    int? Kept,
    UpdateResult? Update,
    Accounting Cost
)
{
    /// <summary>See <see cref="KindOf"/>.</summary>
    public string Kind => KindOf(Phase);

    /// <summary>The phase's own number: of a round its number, of an evaluation the rounds before it, of a part of the reward table its inner
    /// seed.</summary>
    public int Step => Phase.Number;

    public double? SolvedShare => Share(Counts.Solved, Counts.Candidates);

    public double? ValidShare => Share(Counts.Valid, Counts.Candidates);

    public double? DifferentShare => Share(Counts.Different, Counts.Candidates);

    public double? MixedShare => Share(Counts.Mixed, Counts.Tasks);

    /// <summary>What a phase does, e.g. <c>train</c> or <c>evaluate</c>: its name without the number.</summary>
    public static string KindOf(PhaseId phase)
    {
        var name = phase.ToString();
        return name[..name.LastIndexOf('-')];
    }

    /// <param name="run">The run.</param>
    /// <param name="cell">Its grid cell.</param>
    /// <param name="entry">The phase.</param>
    /// <param name="tasks">What became of its tasks.</param>
    /// <param name="cost">What they have cost.</param>
    public static PhaseMetrics Of(RunContext run, string cell, PhaseEntry entry, PhaseTasks tasks, Accounting cost) =>
        new(
            run.Run,
            cell,
            run.Arm.Name,
            run.Seed,
            entry.Phase,
            PhaseCounts.Of(tasks.Tasks, Scores.In(entry.Phase, run.Settings.Evaluate.Score)),
            entry.Phase.IsRound ? entry.Kept : null,
            entry.Update,
            cost
        );

    private static double? Share(double part, int all) => all == 0 ? null : (double)part / all;
}
