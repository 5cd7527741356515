using Seal.Core.Domains;
using Seal.Core.Runs;
using Seal.Core.Updates;

namespace Seal.Core.Sweeps;

/// <summary>What a plan may cost at most. Equal self-edits share a result, so fewer inner loops may run; how many is known only later.</summary>
/// <param name="Rounds">Rounds of training.</param>
/// <param name="Proposals">Self-edits asked for, in training and evaluation.</param>
/// <param name="InnerLoops">Inner loops of training rounds.</param>
/// <param name="EvaluationLoops">Inner loops of evaluations.</param>
/// <param name="MaxSteps">Optimizer steps of all inner loops, each up to <c>inner.max_steps</c>, where its domain reads that key.</param>
/// <param name="UpdateSteps">Optimizer steps of policy updates, were every self-edit kept.</param>
public sealed record PlanCost(long Rounds, long Proposals, long InnerLoops, long EvaluationLoops, long MaxSteps, long UpdateSteps)
{
    public static PlanCost Nothing { get; } = new(0, 0, 0, 0, 0, 0);

    /// <summary>One run by itself; what it shares with others or looks up is not taken off.</summary>
    /// <param name="run">The run.</param>
    /// <param name="spec">Its sweep.</param>
    /// <param name="space">How many self-edits there are.</param>
    public static PlanCost Of(RunPlan run, SweepSpec spec, TrialSpace? space = null) => Of(run, spec, space ?? TrialSpace.Unknown, looksUp: false);

    /// <summary>All runs together. What a complete reward table has costs no inner loops.</summary>
    /// <param name="spec">The sweep.</param>
    /// <param name="space">How many self-edits there are.</param>
    public static PlanCost Of(SweepSpec spec, TrialSpace? space = null) =>
        spec.Runs.Select(run => Of(run, spec, space ?? TrialSpace.Unknown, looksUp: true)).Aggregate(Nothing, (sum, cost) => sum + cost);

    /// <summary>What a phase of a run asks for at most; what a complete reward table has is looked up.</summary>
    /// <returns>Self-edits that are asked for of each task; inner loops; adapted models that are judged, and the base model where nothing is
    /// trained.</returns>
    public static (long Proposed, long Loops, long Judged) Most(RunPlan run, RunTasks phase, SweepSpec spec, TrialSpace space)
    {
        var (proposed, different) = Most(run, phase, space);
        var tried = phase.Given is null && run.Arm.Source.Trains ? different : 1;
        var all = phase.Judging == EvaluationKind.None ? 0 : checked(SweepPlan.Tasks(spec, phase) * tried * phase.Trials);
        return space.Source(run, phase, spec) switch
        {
            TrialSource.None => (proposed, 0, all),
            TrialSource.Table => (proposed, 0, 0),
            _ => (proposed, all, all),
        };
    }

    public static PlanCost operator +(PlanCost a, PlanCost b) =>
        new(
            a.Rounds + b.Rounds,
            a.Proposals + b.Proposals,
            a.InnerLoops + b.InnerLoops,
            a.EvaluationLoops + b.EvaluationLoops,
            a.MaxSteps + b.MaxSteps,
            a.UpdateSteps + b.UpdateSteps
        );

    public static PlanCost Add(PlanCost left, PlanCost right) => left + right;

    private static PlanCost Of(RunPlan run, SweepSpec spec, TrialSpace space, bool looksUp)
    {
        long rounds = 0,
            proposals = 0,
            training = 0,
            evaluation = 0;
        foreach (var phase in run.Phases)
        {
            var tasks = SweepPlan.Tasks(spec, phase);
            var (proposed, tried) = Most(run, phase, space);
            var source = space.Source(run, phase, spec);
            var loops = source == TrialSource.None || (looksUp && source == TrialSource.Table) ? 0 : checked(tasks * tried * phase.Trials);
            proposals += phase.Given is null ? checked(tasks * proposed) : 0;
            rounds += phase.Phase.IsRound ? 1 : 0;
            (training, evaluation) = phase is { Trains: true, Phase.IsShow: false } ? (training + loops, evaluation) : (training, evaluation + loops);
        }

        var update = run.Settings.Update;
        var pairs = checked(SweepPlan.TrainTasks(spec) * run.Settings.Proposal.Candidates);
        return new PlanCost(
            rounds,
            proposals,
            training,
            evaluation,
            (training + evaluation) * run.Settings.Inner.MaxSteps,
            run.Learns ? rounds * UpdatePlan.Steps(pairs, update.TrainingEpochs, update.Batch) : 0
        );
    }

    /// <summary>Self-edits of a task in a phase, and how many of them differ, at most. Of what a round kept nothing is known yet: at most all of
    /// it.</summary>
    private static (long Proposed, long Tried) Most(RunPlan run, RunTasks phase, TrialSpace space) =>
        run.Arm.Source.IsTable ? (space.TableEdits(run), space.TableEdits(run)) : run.Arm.Source.Most(run.Arm, phase.Candidates);
}
