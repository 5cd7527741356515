namespace Seal.Core.Candidates;

/// <summary>Where a candidate is in its life.</summary>
public enum CandidateState
{
    /// <summary>Written by a proposer, not yet looked at.</summary>
    Proposed,

    /// <summary>Its inner loop waits for a worker.</summary>
    Queued,

    /// <summary>A worker holds its lease.</summary>
    Running,

    /// <summary>Tried and judged: it has observations.</summary>
    Scored,

    /// <summary>The text is no self-edit; the reason is kept.</summary>
    Invalid,

    /// <summary>The training it asks for fails by itself, wherever it is run: over the step cap, not finite.</summary>
    Failed,

    /// <summary>The infrastructure lost it. Says nothing about the self-edit; it is run again.</summary>
    Lost,

    /// <summary>It took a worker down again and again while it ran alone. Its run is incomplete.</summary>
    Poisoned,

    /// <summary>Somebody cancelled the sweep.</summary>
    Cancelled,
}

/// <summary>Which state may follow which. Pure; what holds it durably is somebody else's.</summary>
public static class CandidateStates
{
    public static IReadOnlyList<CandidateState> All { get; } = Enum.GetValues<CandidateState>();

    /// <summary>The state is final: nothing leads out of it.</summary>
    public static bool IsTerminal(this CandidateState state) => Next(state).Length == 0;

    /// <summary>
    /// The state is a verdict on the self-edit itself: every undisturbed run of the same spec reaches it. Only verdicts enter rewards,
    /// updates and results.
    /// </summary>
    public static bool IsVerdict(this CandidateState state) => state is CandidateState.Scored or CandidateState.Invalid or CandidateState.Failed;

    /// <summary>Whether a move changes the state as the life cycle has it. Staying is no move.</summary>
    public static bool CanMove(this CandidateState from, CandidateState to) => Next(from).Contains(to);

    /// <summary>
    /// The state after a command that asks for <paramref name="to"/>. Commands are idempotent: asking for the state that already holds
    /// changes nothing.
    /// </summary>
    /// <exception cref="InvalidOperationException">The life cycle does not have this move.</exception>
    public static CandidateState Move(this CandidateState from, CandidateState to) =>
        from == to || from.CanMove(to)
            ? to
            : throw new InvalidOperationException($"A candidate cannot go from {from} to {to}{(from.IsTerminal() ? $": {from} is final" : "")}.");

    private static ReadOnlySpan<CandidateState> Next(CandidateState state) =>
        state switch
        {
            // Scored and Failed straight away: the result was known (an equal self-edit, the cache), or planning refused it (step cap).
            CandidateState.Proposed =>
            [
                CandidateState.Queued,
                CandidateState.Scored,
                CandidateState.Invalid,
                CandidateState.Failed,
                CandidateState.Cancelled,
            ],
            CandidateState.Queued => [CandidateState.Running, CandidateState.Scored, CandidateState.Failed, CandidateState.Cancelled],
            CandidateState.Running =>
            [
                CandidateState.Scored,
                CandidateState.Failed,
                CandidateState.Lost,
                CandidateState.Poisoned,
                CandidateState.Cancelled,
            ],
            CandidateState.Lost => [CandidateState.Queued, CandidateState.Poisoned, CandidateState.Cancelled],
            _ => [],
        };
}
