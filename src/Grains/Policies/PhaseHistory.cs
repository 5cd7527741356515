using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Results;
using Seal.Core.Sweeps;

namespace Seal.Grains.Policies;

/// <summary>What of a run's past still stands when it is retried or extended. Pure.</summary>
internal static class PhaseHistory
{
    /// <summary>Whether no work was given up in the tasks of a phase.</summary>
    public static bool IsSound(IReadOnlyList<TaskRecord> tasks) =>
        tasks.All(task => task.Candidates.Count > 0 && task.Candidates.All(candidate => candidate.State != CandidateState.Poisoned));

    /// <summary>Whether there were pairs to learn from, and the update was given up.</summary>
    public static bool IsUpdateLost(int kept, UpdateResult? update) => kept > 0 && update is null;

    /// <summary>How many of the phases that have ended a longer plan begins with too.</summary>
    /// <param name="ended">Phases that have ended.</param>
    /// <param name="before">The plan that they are of.</param>
    /// <param name="after">The longer plan.</param>
    public static int Kept(int ended, IReadOnlyList<RunPhase> before, IReadOnlyList<RunPhase> after) =>
        before.Take(ended).Zip(after).TakeWhile(pair => pair.First.Id == pair.Second.Id).Count();
}
