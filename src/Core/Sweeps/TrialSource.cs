using Seal.Core.Domains;
using Seal.Core.Runs;

namespace Seal.Core.Sweeps;

/// <summary>Where the trials of a phase come from.</summary>
public enum TrialSource
{
    /// <summary>Nothing is trained.</summary>
    None,

    /// <summary>All of them are in the cell's reward table.</summary>
    Table,

    /// <summary>Inner loops from the base model, which runs of the same outer seed share.</summary>
    Base,

    /// <summary>Inner loops that no other run has: the table's own, from a policy's weights, under fresh inner seeds, or with a decoded
    /// answer.</summary>
    Own,
}

/// <summary>
/// What planning asks about trials. Both counts of inner loops, the most there can be (<see cref="PlanCost"/>) and those that are likely
/// (<see cref="ExpectedLoops"/>), ask here, so that they agree on what is looked up.
/// </summary>
/// <param name="Edits">How many self-edits the schema of these settings has; null where that is not known, and then nothing counts as looked
/// up.</param>
/// <param name="Identity">What trials of these settings depend on beside task, self-edit, inner seed and model, judged like this: the trial cache's
/// own rule.</param>
public sealed record TrialSpace(Func<RunSettings, long?> Edits, Func<RunSettings, EvaluationKind, string> Identity)
{
    /// <summary>Nobody has counted the self-edits.</summary>
    public static TrialSpace Unknown { get; } = new(_ => null, (_, kind) => kind.ToString());

    /// <summary>Where the trials of one phase of a run come from.</summary>
    /// <param name="run">The run.</param>
    /// <param name="phase">One of its phases.</param>
    /// <param name="spec">The sweep.</param>
    public TrialSource Source(RunPlan run, RunTasks phase, SweepSpec spec) =>
        !run.Arm.Source.Trains || phase.Phase.IsGate ? TrialSource.None
        : run.Arm.Source.IsTable || phase.Phase.IsShow || phase.Base != Theta.Base ? TrialSource.Own
        : IsLookedUp(run, phase, spec) ? TrialSource.Table
        : IsAgain(phase) ? TrialSource.Own
        : TrialSource.Base;

    /// <summary>Self-edits of each task in the reward table.</summary>
    public long TableEdits(RunPlan table) => Math.Min(table.Settings.Proposal.TableEdits, Edits(table.Settings) ?? long.MaxValue);

    /// <summary>Whether the cell's table has the trial of every self-edit that the phase may try.</summary>
    private bool IsLookedUp(RunPlan run, RunTasks phase, SweepSpec spec)
    {
        var settings = run.Settings;
        var seeds = IsAgain(phase) ? Math.Max((settings.Reward.Trials ?? 1) + 1, settings.Inner.Seeds) : settings.Inner.Seeds;
        return spec.Runs.FirstOrDefault(other => other.Cell == run.Cell && other.Arm.Source.IsTable) is { } table
            && run.Arm.Source.WritesListedOnly(settings.Proposal)
            && Edits(settings) <= table.Settings.Proposal.TableEdits
            && settings.Inner.Seeds > 0
            && seeds <= table.Settings.Inner.Seeds
            && Identity(settings, phase.Judging) == Identity(table.Settings, table.Settings.Judging(phase.On));
    }

    /// <summary>Tried under an inner seed that the run has not used before.</summary>
    private static bool IsAgain(RunTasks phase) => phase.Phase.Kind == PhaseKind.TrainAgain;
}
