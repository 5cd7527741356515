using Seal.Core.Domains;
using Seal.Core.Sweeps;

namespace Seal.Core.Runs;

/// <summary>What a run does next, as its method decides. Small whatever the run is like: tasks, self-edits and policies are named, and whoever
/// carries the decision out looks them up.</summary>
public abstract record Decision
{
    private protected Decision() { }

    /// <summary>What stands in the history once it has been carried out; null at the end of a run.</summary>
    public abstract RunStep? Step { get; }
}

/// <summary>Try self-edits on tasks: each is an inner loop from a base, and its adapted model is judged.</summary>
/// <param name="Phase">Names the work, its seeds and its records.</param>
/// <param name="On">Which tasks.</param>
/// <param name="Candidates">Self-edits of each task, where the arm proposes them.</param>
/// <param name="Proposer">The policy that proposes.</param>
/// <param name="Base">The policy that inner loops fine-tune.</param>
/// <param name="Judging">How adapted models are judged.</param>
/// <param name="Edits">Self-edits of an earlier phase that are tried instead of the arm's; null where the arm proposes.</param>
/// <param name="Trials">Trials of each self-edit, each under an inner seed of its own; its reward is their mean.</param>
/// <param name="Given">One self-edit for every task, in place of the arm's; null where the arm proposes.</param>
/// <param name="Move">The version of the policy that is used from here on; then there are no tasks. Null where the policy stays.</param>
public sealed record RunTasks(
    PhaseId Phase,
    TaskSet On,
    int Candidates,
    Theta Proposer,
    Theta Base,
    EvaluationKind Judging,
    PastEdits? Edits = null,
    int Trials = 1,
    string? Given = null,
    PolicyMove? Move = null
) : Decision
{
    /// <summary>Nothing is tried: another version of the policy is used from here on.</summary>
    public static RunTasks ToMove(PhaseId phase, PolicyMove move) =>
        new(phase, TaskSet.None, 0, new Theta(move.Version), new Theta(move.Version), EvaluationKind.None, Move: move);

    /// <inheritdoc/>
    public override RunStep? Step => new(StepKind.Ran, Phase) { Move = Move };

    /// <summary>On the training tasks.</summary>
    public bool Trains => On == TaskSet.Training;
}

/// <summary>Train the policy on what a rule selects of a round's self-edits and rewards. Where it selects nothing, the policy stays as it is and the
/// round has ended all the same.</summary>
/// <param name="Round">The round.</param>
/// <param name="Policy">The policy that is trained: the one that proposed.</param>
/// <param name="Rule">An update rule of the catalog; null where nothing is learned and the round is over.</param>
public sealed record TrainPolicy(PhaseId Round, Theta Policy, string? Rule) : Decision
{
    /// <inheritdoc/>
    public override RunStep? Step => new(StepKind.Trained, Round);
}

/// <summary>Nothing is left to do.</summary>
public sealed record EndRun : Decision
{
    /// <inheritdoc/>
    public override RunStep? Step => null;
}

/// <summary>A set of the sweep's tasks.</summary>
public enum TaskSet
{
    /// <summary>Tasks whose rewards a policy may learn from.</summary>
    Training,

    /// <summary>Tasks that nothing is chosen by.</summary>
    Evaluation,

    /// <summary>Tasks that a gate asks every version of the policy.</summary>
    Retention,

    /// <summary>No tasks.</summary>
    None,
}

/// <summary>The policy after so many rounds, counting those that had nothing to learn from: θ₀ is the base model.</summary>
/// <param name="Rounds">Rounds that have ended.</param>
public readonly record struct Theta(int Rounds)
{
    /// <summary>The base model, θ₀.</summary>
    public static Theta Base => new(0);
}

/// <summary>Self-edits that an earlier phase has tried.</summary>
/// <param name="Of">The phase.</param>
/// <param name="Kept">Only those that its round kept, each once; else all in order.</param>
public sealed record PastEdits(PhaseId Of, bool Kept);
