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

    /// <summary>The valid self-edits of an earlier phase that a check tries once more: what a round kept, each once; what an evaluation tried, in order.</summary>
    public static IReadOnlyList<string> Given(IReadOnlyList<PhaseRecord> phases, RunPhase check, string task, double threshold)
    {
        var again = check.Check == PhaseCheck.Again;
        var origin = new RunPhase(check.Check == PhaseCheck.OldOnNew ? 0 : check.Round, again).Name;
        var candidates = phases.FirstOrDefault(phase => phase.Phase == origin)?.Tasks.FirstOrDefault(record => record.Task == task)?.Candidates ?? [];
        var payloads = candidates.Where(candidate => !again || candidate.Reward > threshold).Select(candidate => candidate.Payload).OfType<string>();
        return again ? [.. payloads.Distinct(StringComparer.Ordinal)] : [.. payloads];
    }

    private static bool IsSound(PhaseRecord phase) =>
        !(phase.Kept > 0 && phase.Update is null)
        && phase.Tasks.All(task => task.Candidates.Count > 0 && task.Candidates.All(candidate => candidate.State != CandidateState.Poisoned));
}
