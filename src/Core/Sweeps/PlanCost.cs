using Seal.Core.Proposers;
using Seal.Core.Updates;

namespace Seal.Core.Sweeps;

/// <summary>What a plan may cost at most. Equal self-edits share a result, so fewer inner loops may run; how many is known only later.</summary>
/// <param name="Rounds">Rounds of training.</param>
/// <param name="Proposals">Self-edits asked for, in training and evaluation.</param>
/// <param name="InnerLoops">Inner loops of training rounds.</param>
/// <param name="EvaluationLoops">Inner loops of evaluations.</param>
/// <param name="MaxSteps">Optimizer steps of all inner loops, each up to <c>inner.max_steps</c>.</param>
/// <param name="UpdateSteps">Optimizer steps of policy updates, were every self-edit kept.</param>
public sealed record PlanCost(long Rounds, long Proposals, long InnerLoops, long EvaluationLoops, long MaxSteps, long UpdateSteps)
{
    public static PlanCost Nothing { get; } = new(0, 0, 0, 0, 0, 0);

    /// <summary>One run by itself; arms and cells that ask for the same work share it, which is not counted here.</summary>
    /// <param name="run">The run.</param>
    /// <param name="spec">Its sweep.</param>
    /// <param name="schemaEdits">How many self-edits the schema has; null where it is not known.</param>
    public static PlanCost Of(RunPlan run, SweepSpec spec, long? schemaEdits = null)
    {
        var settings = run.Settings;
        if (run.Arm.Proposer == TableProposer.Name)
        {
            return Table(settings, spec, Math.Min(settings.Proposal.TableEdits, schemaEdits ?? long.MaxValue));
        }

        long rounds = run.Phases.Count(phase => phase.Updates), shows = run.Phases.Count(phase => phase.Shows), evaluations = run.Phases.Count(phase => phase is { Trains: false, Shows: false });
        // Of what a round kept nothing is known yet: at most all of it.
        long again = run.Phases.Count(phase => phase.Check == PhaseCheck.Again);
        var shown = shows == 0 ? 0 : SweepPlan.TrainTasks(spec) + SweepPlan.EvaluationTasks(spec);
        var perRound = checked(SweepPlan.TrainTasks(spec) * settings.Proposal.Candidates);
        var tried = (rounds + again) * perRound;
        var (proposals, loops) = Evaluation(run.Arm, settings, spec);
        var updateSteps = rounds * UpdatePlan.Steps(perRound, settings.Update.TrainingEpochs, settings.Update.Batch);
        return new PlanCost(
            rounds,
            tried + (evaluations * proposals) + shown,
            tried,
            (evaluations * loops) + shown,
            (tried + (evaluations * loops) + shown) * settings.Inner.MaxSteps,
            updateSteps);
    }

    /// <summary>All runs together. Arms that look a complete reward table up cost no inner loops.</summary>
    /// <param name="spec">The sweep.</param>
    /// <param name="schemaEdits">How many self-edits the schema has; null where it is not known.</param>
    public static PlanCost Of(SweepSpec spec, long? schemaEdits = null) =>
        spec.Runs.Select(run => LooksUp(run, spec, schemaEdits) ? WithoutLoops(Of(run, spec), run, spec) : Of(run, spec, schemaEdits)).Aggregate(Nothing, (sum, cost) => sum + cost);

    /// <summary>Whether every trial of the run is in its cell's reward table: that has all of the schema, and the run fine-tunes the frozen base too.</summary>
    public static bool LooksUp(RunPlan run, SweepSpec spec, long? schemaEdits) =>
        run.Arm.Proposer is not (TableProposer.Name or "none" or "constant" or "file")
        && run.Settings.Inner is { Base: "frozen", Seeds: > 0 }
        && spec.Arms.Any(arm => arm.Proposer == TableProposer.Name)
        && schemaEdits <= run.Settings.Proposal.TableEdits;

    public static PlanCost operator +(PlanCost a, PlanCost b) => new(
        a.Rounds + b.Rounds,
        a.Proposals + b.Proposals,
        a.InnerLoops + b.InnerLoops,
        a.EvaluationLoops + b.EvaluationLoops,
        a.MaxSteps + b.MaxSteps,
        a.UpdateSteps + b.UpdateSteps);

    public static PlanCost Add(PlanCost left, PlanCost right) => left + right;

    /// <summary>What is only shown is decoded anew, so it is trained anew; so is what starts from the policy's own weights.</summary>
    private static PlanCost WithoutLoops(PlanCost cost, RunPlan run, SweepSpec spec)
    {
        var shown = run.Phases.Any(phase => phase.Shows) ? SweepPlan.TrainTasks(spec) + SweepPlan.EvaluationTasks(spec) : 0;
        var trained = shown + (run.Phases.Count(phase => phase.Check is PhaseCheck.OldOnNew or PhaseCheck.NewOnNew) * Evaluation(run.Arm, run.Settings, spec).Loops);
        return cost with { InnerLoops = 0, EvaluationLoops = trained, MaxSteps = trained * run.Settings.Inner.MaxSteps };
    }

    private static PlanCost Table(RunSettings settings, SweepSpec spec, long edits)
    {
        var (train, evaluate) = (SweepPlan.TrainTasks(spec) * edits * settings.Inner.Seeds, SweepPlan.EvaluationTasks(spec) * edits * settings.Inner.Seeds);
        return new PlanCost(0, train + evaluate, train, evaluate, (train + evaluate) * settings.Inner.MaxSteps, 0);
    }

    /// <summary>Proposals and inner loops of one evaluation.</summary>
    private static (long Proposals, long Loops) Evaluation(ArmSpec arm, RunSettings settings, SweepSpec spec)
    {
        long tasks = SweepPlan.EvaluationTasks(spec), all = tasks * settings.Proposal.EvaluationCandidates;
        return arm.Proposer switch
        {
            "none" => (tasks, 0),
            // Candidates of one task are all the same self-edit, so they share one inner loop.
            "constant" => (all, tasks),
            "file" when arm.Edits?.Texts is { Count: > 0 } edits => All(tasks * Math.Min(settings.Proposal.EvaluationCandidates, edits.Values.Max(list => list.Count))),
            _ => All(all),
        };

        static (long, long) All(long count) => (count, count);
    }
}
