using System.Collections.Immutable;
using Seal.Core.Artifacts;
using Seal.Core.Sweeps;

namespace Seal.Core.Runs;

/// <summary>Where a run stands: the phases that have ended, and what its method makes of them. Pure.</summary>
public sealed class RunLog
{
    private readonly RunScript _script;
    private readonly ImmutableList<PhaseEntry> _ended;
    private readonly RunHistory _history;
    private readonly Lazy<int> _planned;

    /// <param name="script">The run's method and settings.</param>
    /// <param name="ended">Oldest first.</param>
    public RunLog(RunScript script, IEnumerable<PhaseEntry> ended)
        : this(script, [.. ended], null, null) { }

    private RunLog(RunScript script, ImmutableList<PhaseEntry> ended, RunHistory? history, Lazy<int>? planned)
    {
        (_script, _ended, _history) = (script, ended, history ?? RunHistory.Of(ended.SelectMany(Steps)));
        UnderWay = Decided(script.Next(_history));
        Update = UnderWay is { Step: { } step } ? script.Next(_history.With(step)) as TrainPolicy : null;
        _planned = planned ?? new(() => _ended.Count + _script.Phases(_history).Count);
    }

    /// <summary>Phases that have ended.</summary>
    public int Ended => _ended.Count;

    /// <summary>Phases in all, were everything carried out.</summary>
    public int Planned => _planned.Value;

    /// <summary>The phase under way; null at the end.</summary>
    public RunTasks? UnderWay { get; }

    /// <summary>What follows when the tasks of <see cref="UnderWay"/> are in and the policy is to learn from them; null where it is not.</summary>
    public TrainPolicy? Update { get; }

    /// <summary>Names of the phases that have ended.</summary>
    public IReadOnlySet<string> Names => _ended.Select(entry => entry.Phase.ToString()).ToHashSet(StringComparer.Ordinal);

    /// <summary>The phases that have ended, oldest first.</summary>
    public IReadOnlyList<PhaseId> Walked => [.. _ended.Select(entry => entry.Phase)];

    /// <summary>The phase that has ended last; null at the start.</summary>
    public PhaseEntry? Latest => _ended.Count > 0 ? _ended[^1] : null;

    /// <summary>What the phase under way is called: <c>update-1</c> while the policy is trained on the tasks of round 1, <c>ended</c> at the
    /// end.</summary>
    /// <param name="updates">Whether its tasks are in, and the policy is being trained on them.</param>
    public string Name(bool updates) =>
        UnderWay is not { Phase: var phase } ? "ended"
        : updates ? $"update-{phase.Round}"
        : phase.ToString();

    /// <summary>A phase that has ended; null for others.</summary>
    public PhaseEntry? Entry(PhaseId phase) => _ended.Find(entry => entry.Phase == phase);

    /// <summary>The adapters of a version of the policy.</summary>
    /// <exception cref="ArgumentException">The policy has not been trained so often.</exception>
    public ListRef Adapters(Theta version) =>
        version == Theta.Base
            ? ListRef.Empty
            : (_ended.Where(entry => entry.Phase.IsRound).ElementAtOrDefault(version.Rounds - 1) ?? throw Unknown(version)).Adapters;

    /// <inheritdoc cref="RunHistory.Fallback"/>
    public Theta Fallback => _history.Fallback;

    /// <summary>The log after one phase more.</summary>
    public RunLog With(PhaseEntry entry) =>
        // What was planned stays planned, if this is what came next.
        new(
            _script,
            _ended.Add(entry),
            Steps(entry).Aggregate(_history, (history, step) => history.With(step)),
            entry.Phase == UnderWay?.Phase && !entry.IsRefused && entry.Phase.Kind != PhaseKind.RolledBack ? _planned : null
        );

    /// <summary>How many of its phases another script would have run itself, with the same updates: those are kept where the run goes on under
    /// it.</summary>
    public int Kept(RunScript other)
    {
        var steps = other.Kept(_ended.SelectMany(Steps));
        var (kept, counted) = (0, 0);
        while (kept < _ended.Count && (counted += Steps(_ended[kept]).Count()) <= steps)
        {
            kept++;
        }

        return kept;
    }

    /// <summary>A round is two steps: its tasks, and what was learned from them.</summary>
    private static IEnumerable<RunStep> Steps(PhaseEntry entry) =>
        entry.Phase.IsRound
            ? [new(StepKind.Ran, entry.Phase), new(StepKind.Trained, entry.Phase)]
            : [new(StepKind.Ran, entry.Phase, entry.IsRefused) { Move = entry.Move }];

    private static RunTasks? Decided(Decision next) =>
        next is TrainPolicy update
            ? throw new InvalidOperationException($"The policy is to learn from {update.Round}, which is not under way.")
            : next as RunTasks;

    private ArgumentException Unknown(Theta version) =>
        new($"There is no policy after {version.Rounds} rounds: {_history.Rounds} have ended.", nameof(version));
}
