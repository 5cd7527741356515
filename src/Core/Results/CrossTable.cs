using Seal.Core.Statistics;
using Seal.Core.Sweeps;

namespace Seal.Core.Results;

/// <summary>One of the four ways in which self-edits and weights of before and after training go together.</summary>
/// <param name="Cell">Grid cell.</param>
/// <param name="Arm">The arm that learned.</param>
/// <param name="NewEdits">Self-edits that the policy wrote after training; else those from before.</param>
/// <param name="NewWeights">Inner loops fine-tune the policy's weights after training; else the base model's.</param>
/// <param name="Candidates">Self-edits tried.</param>
/// <param name="Solved">Of those, the ones that solved their task by the sweep's score.</param>
public sealed record CrossCell(string Cell, string Arm, bool NewEdits, bool NewWeights, int Candidates, double Solved)
{
    public Interval Interval => Wilson.Interval(Candidates == 0 ? 0 : Solved / Candidates, Candidates);
}

/// <summary>What an update changes: the self-edits, or the weights that they train.</summary>
public static class CrossTable
{
    /// <summary>The four cells of every arm that ran with <c>evaluate.cross</c>: edits old, new × weights old, new.</summary>
    public static IReadOnlyList<CrossCell> Of(IReadOnlyList<RunRecord> runs)
    {
        var cells = new List<CrossCell>();
        foreach (var arm in runs.Where(run => Phase(run, PhaseKind.OldOnNew) is not null).GroupBy(run => (run.Cell, run.Arm)))
        {
            // The last evaluation had the weights that the check did not have.
            var frozen = arm.Any(run => Phase(run, PhaseKind.NewOnNew) is not null);
            Add(false, false, run => run.Phases.FirstOrDefault(phase => phase.Phase == PhaseId.Evaluate(0)));
            Add(false, true, run => Phase(run, PhaseKind.OldOnNew));
            Add(true, false, run => frozen ? Last(run) : Phase(run, PhaseKind.NewOnOld));
            Add(true, true, run => frozen ? Phase(run, PhaseKind.NewOnNew) : Last(run));

            void Add(bool newEdits, bool newWeights, Func<RunRecord, PhaseRecord?> choose)
            {
                var phases = arm.Select(run => (run.Score, Phase: choose(run))).Where(item => item.Phase is not null).ToArray();
                // Invalid texts cannot be tried on other weights, so they are left out everywhere.
                var valid = phases.Sum(item => item.Phase!.Tasks.Sum(task => task.Candidates.Count(candidate => candidate.Payload is not null)));
                cells.Add(
                    new CrossCell(arm.Key.Cell, arm.Key.Arm, newEdits, newWeights, valid, phases.Sum(item => item.Phase!.SolvedBy(item.Score)))
                );
            }
        }

        return [.. cells.Where(cell => cell.Candidates > 0)];
    }

    private static PhaseRecord? Phase(RunRecord run, PhaseKind kind) => run.Phases.FirstOrDefault(phase => phase.Phase.Kind == kind);

    private static PhaseRecord? Last(RunRecord run) => run.Phases.LastOrDefault(phase => phase.Phase.IsEvaluation);
}
