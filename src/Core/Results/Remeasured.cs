using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Statistics;
using Seal.Core.Sweeps;
using Seal.Core.Tables;

namespace Seal.Core.Results;

/// <summary>
/// What a training round kept, tried once more under inner seeds that it was not chosen by: how much of the reward was luck (the winner's curse).
/// </summary>
/// <param name="Cell">Grid cell.</param>
/// <param name="Arm">The arm that learns.</param>
/// <param name="Round">The round, from 1.</param>
/// <param name="Kept">Kept self-edits, each once per task and outer seed.</param>
/// <param name="Rewarded">Of those, the ones that had solved their task in the first of the trials that rewarded them; fewer than all under rewards
/// dealt out by chance, under rewards with values between, and where several trials gave them.</param>
/// <param name="Trials">Fresh trials.</param>
/// <param name="Solved">Of those, the ones that solved their task.</param>
public sealed record Remeasured(string Cell, string Arm, int Round, int Kept, double Rewarded, int Trials, double Solved)
{
    public Interval Interval => Wilson.Interval(Trials == 0 ? 0 : Solved / Trials, Trials);

    /// <summary>Every round of every arm for which there are fresh trials: its own (<c>evaluate.again</c>), or the reward table's other inner
    /// seeds.</summary>
    public static IReadOnlyList<Remeasured> Of(SweepResults results)
    {
        var tables = RewardTable.Of(results);
        return
        [
            .. from run in results.Runs
            from phase in run.Phases
            where phase.Phase.IsRound && run.IsTrained
            group (run, phase) by (run.Cell, run.Arm, phase.Round) into round
            let row = Row(round.Key.Cell, round.Key.Arm, round.Key.Round, round, tables.FirstOrDefault(table => table.Cell == round.Key.Cell))
            where row.Trials > 0
            select row,
        ];
    }

    private static Remeasured Row(string cell, string arm, int number, IEnumerable<(RunRecord Run, PhaseRecord Phase)> round, RewardTable? table)
    {
        int count = 0,
            trials = 0;
        double rewarded = 0,
            solved = 0;
        foreach (var (run, phase) in round)
        {
            var again = run.Phases.FirstOrDefault(other => other.Phase == new PhaseId(PhaseKind.TrainAgain, phase.Phase.Number));
            foreach (var task in phase.Tasks)
            {
                var tried = again?.Tasks.FirstOrDefault(other => other.Task == task.Task)?.Candidates ?? [];
                foreach (var kept in run.Kept(phase, task).DistinctBy(candidate => candidate.Payload))
                {
                    CandidateRecord[] fresh = again is null
                        ? [.. Fresh(run, task.Task, kept, table)]
                        : [.. tried.Where(candidate => candidate.Payload == kept.Payload)];
                    count++;
                    rewarded += kept.Success(run.Score);
                    trials += fresh.Length;
                    solved += fresh.Sum(candidate => candidate.Success(run.Score));
                }
            }
        }

        return new Remeasured(cell, arm, number, count, rewarded, trials, solved);
    }

    /// <summary>The table's entries under other inner seeds, if its entry under the round's is the very trial that was rewarded: a policy's own
    /// weights are in no table.</summary>
    private static IEnumerable<CandidateRecord> Fresh(RunRecord run, string task, CandidateRecord kept, RewardTable? table)
    {
        if (table is null)
        {
            return [];
        }

        var own = InnerSeeds.Replicate(run.Seed, task, trains: true, table.Replicates);
        if (table.Find(task, kept.Payload!, own)?.Trial?.Details is not { } details || details != kept.Trial?.Details)
        {
            return [];
        }

        // Whatever seeds the run has: a trial that gave the reward is known by what it left.
        var rewarding = (kept.More ?? []).Prepend(kept.Trial!).Select(trial => trial.Details).ToHashSet(StringComparer.Ordinal);
        return Enumerable
            .Range(0, table.Replicates)
            .Select(replicate => table.Find(task, kept.Payload!, replicate))
            .OfType<CandidateRecord>()
            .Where(entry => !rewarding.Contains(entry.Trial?.Details));
    }
}
