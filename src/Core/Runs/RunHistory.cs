using System.Collections.Immutable;
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
/// <param name="Refused">The gate looked at the policy in it, and did not promote it. No decision: what came of one.</param>
public readonly record struct RunStep(StepKind Kind, PhaseId Phase, bool Refused = false)
{
    /// <summary>Which version of the policy is used from here on, by whom and why; null where it stays as it is.</summary>
    public PolicyMove? Move { get; init; }

    /// <summary>Whether it is what a decision asked for, whatever came of it.</summary>
    public bool Is(RunStep? decided) => decided is { } step && (step.Kind, step.Phase, step.Move) == (Kind, Phase, Move);
}

/// <summary>What a run has done so far, in order: all that a method decides by. Each step makes a new one, at a cost that hardly grows with the steps
/// before it. What it is asked it remembers, so it is for one thread at a time.</summary>
public sealed class RunHistory
{
    private readonly RunHistory? _before;
    private readonly RunStep _last;
    private readonly ImmutableHashSet<(StepKind Kind, PhaseId Phase)> _steps;
    private readonly ImmutableHashSet<PhaseId> _refused;

    /// <summary>This history without some phases, for the filters that were asked for: a walk asks the same few after every step.</summary>
    private ImmutableArray<(Func<PhaseId, bool> Phases, RunHistory Left)> _without = [];

    private RunHistory() => (_steps, _refused) = ([], []);

    private RunHistory(RunHistory before, RunStep step)
    {
        (_before, _last) = (before, step);
        (_steps, _refused) = (before._steps.Add((step.Kind, step.Phase)), step.Refused ? before._refused.Add(step.Phase) : before._refused);
        (Count, Rounds) = (before.Count + 1, before.Rounds + (step.Kind == StepKind.Trained ? 1 : 0));
        (Policy, Fallback, MovedAfter) =
            step.Move is { } move ? (new Theta(move.Version), before.Fallback, Rounds)
            : step.Kind == StepKind.Trained ? (new Theta(Rounds), before.Policy, before.MovedAfter)
            : step.Refused ? (before.Fallback, before.Fallback, before.MovedAfter)
            : (before.Policy, before.Fallback, before.MovedAfter);
    }

    private RunHistory(RunHistory rest, RunHistory full)
    {
        (_before, _last, _steps, _refused) = (rest._before, rest._last, rest._steps, rest._refused);
        (Count, Rounds) = (rest.Count, rest.Rounds);
        (Policy, Fallback, MovedAfter) = (full.Policy, full.Fallback, full.MovedAfter);
    }

    /// <summary>Nothing yet.</summary>
    public static RunHistory Empty { get; } = new();

    /// <summary>Steps so far.</summary>
    public int Count { get; }

    /// <summary>Rounds that have ended.</summary>
    public int Rounds { get; }

    /// <summary>The policy as it stands: the version of the latest round, the one before it that was promoted, where a gate has refused it, or one
    /// that it was moved to.</summary>
    public Theta Policy { get; }

    /// <summary>The version that stood before the latest round: it is the policy again where a gate refuses what that round has made.</summary>
    public Theta Fallback { get; }

    /// <summary>Rounds that had ended when the policy was last moved; 0 where it never was.</summary>
    public int MovedAfter { get; }

    /// <summary>The policy that proposed in a round.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The round has not ended.</exception>
    public Theta ProposerOf(int round)
    {
        for (var at = this; at is not null; at = at._before)
        {
            if (at.Count > 0 && at._last.Kind == StepKind.Trained && at.Rounds == round)
            {
                return at.Fallback;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(round), round, $"{Rounds} rounds have ended");
    }

    /// <param name="steps">Oldest first.</param>
    public static RunHistory Of(IEnumerable<RunStep> steps) => steps.Aggregate(Empty, (history, step) => history.With(step));

    /// <summary>Whether the tasks of a phase were run.</summary>
    public bool Has(PhaseId phase) => _steps.Contains((StepKind.Ran, phase));

    /// <summary>Whether a phase was a look of a gate that did not promote what it looked at.</summary>
    public bool HasRefused(PhaseId phase) => _refused.Contains(phase);

    /// <summary>The history after one step more.</summary>
    public RunHistory With(RunStep step) => new(this, step);

    /// <summary>The history as a method sees it that knows nothing of some phases.</summary>
    public RunHistory Without(Func<PhaseId, bool> phases)
    {
        // Back to where this was asked before, then forward again.
        var open = new Stack<RunHistory>();
        var at = this;
        while (at._before is { } before && at.Known(phases) is null)
        {
            open.Push(at);
            at = before;
        }

        var rest = at.Known(phases) ?? Empty;
        while (open.TryPop(out var next))
        {
            rest = phases(next._last.Phase) ? rest : rest.With(next._last);
            // Which policy stands is known to whoever knows nothing of what has decided it.
            rest =
                (rest.Policy, rest.Fallback, rest.MovedAfter) == (next.Policy, next.Fallback, next.MovedAfter)
                    ? rest
                    : new RunHistory(rest, full: next);
            next._without = next._without.Add((phases, rest));
        }

        return rest;
    }

    private RunHistory? Known(Func<PhaseId, bool> phases)
    {
        foreach (var (known, rest) in _without)
        {
            if (known == phases)
            {
                return rest;
            }
        }

        return null;
    }
}
