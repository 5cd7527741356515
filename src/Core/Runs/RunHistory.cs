using Seal.Core.Sweeps;

namespace Seal.Core.Runs;

/// <summary>What a decision was.</summary>
public enum StepKind
{
    /// <summary>Tasks were run: <see cref="RunTasks"/>.</summary>
    Ran,

    /// <summary>The policy was trained on a round: <see cref="TrainPolicy"/>.</summary>
    Trained,
}

/// <summary>A decision that was carried out. Its name: what came of it is in the store.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="Phase">The phase it was about.</param>
public readonly record struct RunStep(StepKind Kind, PhaseId Phase);

/// <summary>What a run has done so far, in order: all that a method decides by.</summary>
/// <param name="steps">Oldest first.</param>
public sealed class RunHistory(IReadOnlyList<RunStep> steps)
{
    /// <summary>Nothing yet.</summary>
    public static RunHistory Empty { get; } = new([]);

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<RunStep> Steps => steps;

    /// <summary>The latest step; null at the start.</summary>
    public RunStep? Last => steps.Count > 0 ? steps[^1] : null;

    /// <summary>Rounds that have ended.</summary>
    public int Rounds { get; } = steps.Count(step => step.Kind == StepKind.Trained);

    /// <summary>The policy as it stands.</summary>
    public Theta Policy => new(Rounds);

    /// <summary>Whether the tasks of a phase were run.</summary>
    public bool Has(PhaseId phase) => steps.Contains(new RunStep(StepKind.Ran, phase));

    /// <summary>The history after one step more.</summary>
    public RunHistory With(RunStep step) => new([.. steps, step]);

    /// <summary>The history as a method sees it that knows nothing of some phases.</summary>
    public RunHistory Without(Func<PhaseId, bool> phases) =>
        steps.Any(step => phases(step.Phase)) ? new([.. steps.Where(step => !phases(step.Phase))]) : this;
}
