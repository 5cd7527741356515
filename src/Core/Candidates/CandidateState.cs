namespace Seal.Core.Candidates;

/// <summary>How a candidate has ended. Records hold nothing else: what waits or runs is the ledgers' business.</summary>
public enum CandidateState
{
    /// <summary>Tried and judged: it has observations.</summary>
    Scored,

    /// <summary>The text is no self-edit; the reason is kept.</summary>
    Invalid,

    /// <summary>The training it asks for fails by itself, wherever it is run: over the step cap, not finite.</summary>
    Failed,

    /// <summary>A valid self-edit that nobody has tried: its phase only asks for self-edits.</summary>
    Proposed,

    /// <summary>It took a worker down again and again while it ran alone. Says nothing about the self-edit; its run is incomplete.</summary>
    Poisoned,
}

/// <summary>What a state means.</summary>
public static class CandidateStates
{
    /// <summary>
    /// The state is a verdict on the self-edit itself: every undisturbed run of the same spec reaches it. Only verdicts enter rewards,
    /// updates and results.
    /// </summary>
    public static bool IsVerdict(this CandidateState state) => state is not (CandidateState.Poisoned or CandidateState.Proposed);
}
