using Seal.Core.Proposers;

namespace Seal.Core.Sweeps;

/// <summary>
/// How many inner loops a plan will probably train, where <see cref="PlanCost"/> says how many at most: equal self-edits of a task share a trial, and what is tried on the base model is
/// looked up where there is a reward table. Self-edits are taken as evenly drawn; a policy that has learned repeats itself more.
/// </summary>
public static class ExpectedLoops
{
    /// <param name="spec">The sweep.</param>
    /// <param name="schemaEdits">How many self-edits the schema has.</param>
    /// <param name="solved">Share of self-edits that solve their task: those are kept, and tried again where the sweep asks for it.</param>
    public static double Of(SweepSpec spec, long schemaEdits, double solved)
    {
        return spec.Runs.Sum(run => Own(run, spec, schemaEdits, solved))
            + spec.Runs.GroupBy(run => (run.Cell.Name, run.Seed)).Sum(group => Shared([.. group.Where(run => run.Arm.Proposer != TableProposer.Name)], spec, schemaEdits));
    }

    /// <summary>Inner loops of a run as planned, those that it shares with others included.</summary>
    public static double Planned(RunPlan run, SweepSpec spec, long schemaEdits)
    {
        var cost = PlanCost.Of(run, spec, schemaEdits);
        return cost.InnerLoops + cost.EvaluationLoops;
    }

    /// <summary>Different ones among so many even draws.</summary>
    /// <param name="draws">Draws.</param>
    /// <param name="of">What there is to draw from.</param>
    public static double Distinct(double draws, long of) => of <= 0 ? 0 : of * (1 - Math.Pow(1 - (1.0 / of), draws));

    /// <summary>What no other arm has: the table, inner loops from a policy's own weights, answers to look at, kept self-edits once more.</summary>
    private static double Own(RunPlan run, SweepSpec spec, long edits, double solved)
    {
        if (run.Arm.Proposer == TableProposer.Name)
        {
            return Planned(run, spec, edits);
        }

        return run.Phases.Sum(phase => phase switch
        {
            { Shows: true } => Tasks(spec, phase),
            { Check: PhaseCheck.Again } => HasTable(run, spec, edits) && run.Settings.Inner.Base == "frozen" ? 0 : Tasks(spec, phase) * Distinct(Draws(run, phase), edits) * solved,
            _ when !IsOnBase(run, phase) => Tasks(spec, phase) * Distinct(Draws(run, phase), edits),
            _ => 0,
        });
    }

    /// <summary>What the arms of one outer seed try on the base model: nothing where it is all in the table.</summary>
    private static double Shared(IReadOnlyList<RunPlan> runs, SweepSpec spec, long edits)
    {
        var phases = runs.Where(run => !HasTable(run, spec, edits)).SelectMany(run => run.Phases.Where(phase => IsOnBase(run, phase)).Select(phase => (Run: run, Phase: phase)));
        return phases.GroupBy(item => item.Phase.Trains).Sum(group => Tasks(spec, group.First().Phase) * Distinct(group.Sum(item => Draws(item.Run, item.Phase)), edits));
    }

    /// <summary>Whether inner loops of the phase start from the base model, under the inner seeds that all arms share.</summary>
    private static bool IsOnBase(RunPlan run, RunPhase phase) => phase switch
    {
        { Shows: true } or { Check: PhaseCheck.Again or PhaseCheck.OldOnNew or PhaseCheck.NewOnNew } => false,
        { Check: PhaseCheck.NewOnOld } => true,
        // Before its first update a policy is the base model.
        _ => run.Settings.Inner.Base == "frozen" || (phase.Trains ? phase.Round == 1 : phase.Round == 0),
    };

    private static bool HasTable(RunPlan run, SweepSpec spec, long edits) =>
        spec.Arms.Any(arm => arm.Proposer == TableProposer.Name) && edits <= run.Settings.Proposal.TableEdits && run.Settings.Inner.Seeds > 0 && run.Arm.Proposer is not ("constant" or "file");

    private static double Draws(RunPlan run, RunPhase phase) => run.Arm.Proposer switch
    {
        "none" => 0,
        "constant" => 1,
        _ => phase.Trains ? run.Settings.Proposal.Candidates : run.Settings.Proposal.EvaluationCandidates,
    };

    private static double Tasks(SweepSpec spec, RunPhase phase) => phase.Trains ? SweepPlan.TrainTasks(spec) : SweepPlan.EvaluationTasks(spec);
}
