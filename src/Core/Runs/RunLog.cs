using Seal.Core.Artifacts;
using Seal.Core.Sweeps;

namespace Seal.Core.Runs;

/// <summary>Where a run stands: the phases that have ended, and what its method makes of them. Pure.</summary>
public sealed class RunLog
{
    private readonly RunScript _script;
    private readonly IReadOnlyList<PhaseEntry> _ended;
    private readonly RunHistory _history;
    private readonly Lazy<int> _phases;

    /// <param name="script">The run's method and settings.</param>
    /// <param name="ended">Oldest first.</param>
    public RunLog(RunScript script, IReadOnlyList<PhaseEntry> ended)
    {
        (_script, _ended) = (script, ended);
        _history = new RunHistory([.. ended.SelectMany(Steps)]);
        Phase = Decided(script.Next(_history));
        Update = Phase is { Step: { } step } ? script.Next(_history.With(step)) as TrainPolicy : null;
        _phases = new(() => _ended.Count + _script.Phases(_history).Count);
    }

    /// <summary>Phases that have ended.</summary>
    public int Ended => _ended.Count;

    /// <summary>Phases in all, were everything carried out.</summary>
    public int Phases => _phases.Value;

    /// <summary>The phase under way; null at the end.</summary>
    public RunTasks? Phase { get; }

    /// <summary>What follows when the tasks of <see cref="Phase"/> are in and the policy is to learn from them; null where it is not.</summary>
    public TrainPolicy? Update { get; }

    /// <summary>Names of the phases that have ended.</summary>
    public IReadOnlySet<string> Names => _ended.Select(entry => entry.Phase.ToString()).ToHashSet(StringComparer.Ordinal);

    /// <summary>The phase that has ended last; null at the start.</summary>
    public PhaseEntry? Latest => _ended.Count > 0 ? _ended[^1] : null;

    /// <summary>How the phase under way is called while it is: <c>update-1</c> while the policy is trained on the tasks of round 1, <c>ended</c> at
    /// the end.</summary>
    /// <param name="trains">Whether its tasks are in, and the policy is being trained on them.</param>
    public string Name(bool trains) =>
        Phase is not { Phase: var phase } ? "ended"
        : trains ? $"update-{phase.Round}"
        : phase.ToString();

    /// <summary>A phase that has ended; null for others.</summary>
    public PhaseEntry? Entry(PhaseId phase) => _ended.FirstOrDefault(entry => entry.Phase == phase);

    /// <summary>The adapters of a version of the policy.</summary>
    /// <exception cref="ArgumentException">The policy has not been trained so often.</exception>
    public ListRef Adapters(Theta version) =>
        version == Theta.Base
            ? ListRef.Empty
            : (_ended.Where(entry => entry.Phase.IsRound).ElementAtOrDefault(version.Updates - 1) ?? throw Unknown(version)).Adapters;

    /// <summary>The log after one phase more.</summary>
    public RunLog With(PhaseEntry entry) => new(_script, [.. _ended, entry]);

    /// <summary>How many of its phases another script would have run itself, with the same updates: those are kept where the run goes on under
    /// it.</summary>
    public int Kept(RunScript other)
    {
        var steps = other.Kept(_history.Steps);
        var (kept, counted) = (0, 0);
        while (kept < _ended.Count && (counted += Steps(_ended[kept]).Count()) <= steps)
        {
            kept++;
        }

        return kept;
    }

    private static IEnumerable<RunStep> Steps(PhaseEntry entry) =>
        entry.Phase.IsRound ? [new(StepKind.Ran, entry.Phase), new(StepKind.Trained, entry.Phase)] : [new(StepKind.Ran, entry.Phase)];

    private static RunTasks? Decided(Decision next) =>
        next is TrainPolicy update
            ? throw new InvalidOperationException($"The policy is to learn from {update.Round}, which has ended.")
            : next as RunTasks;

    private ArgumentException Unknown(Theta version) =>
        new($"There is no policy after {version.Updates} updates: {_history.Rounds} have ended.", nameof(version));
}
