using Seal.Core.Candidates;
using Seal.Core.Results;
using Seal.Core.Sweeps;

namespace Seal.Grains.Policies;

/// <summary>What of a run's past still stands when it is retried or extended. Pure.</summary>
internal static class PhaseHistory
{
    /// <summary>The phases before the first one in which work was given up.</summary>
    public static List<PhaseRecord> Sound(IReadOnlyList<PhaseRecord> phases) => [.. phases.TakeWhile(IsSound)];

    /// <summary>The phases that a longer plan begins with too.</summary>
    public static List<PhaseRecord> Kept(IReadOnlyList<PhaseRecord> phases, IReadOnlyList<RunPhase> plan) =>
        [.. phases.Where((phase, i) => i < plan.Count && Enumerable.Range(0, i + 1).All(j => phases[j].Phase == plan[j].Name))];

    /// <summary>Adapters of the policy after these phases, oldest first.</summary>
    public static List<string> Adapters(IReadOnlyList<PhaseRecord> phases) => [.. phases.Select(phase => phase.Update?.AdapterSha256).OfType<string>()];

    private static bool IsSound(PhaseRecord phase) =>
        !(phase.Kept > 0 && phase.Update is null)
        && phase.Tasks.All(task => task.Candidates.Count > 0 && task.Candidates.All(candidate => candidate.State != CandidateState.Poisoned));
}
