using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Results;
using Seal.Grains.Hosting;

namespace Seal.Grains.Policies;

/// <summary>Which candidates' adapters stay: the best of the run, and all of its latest phase. (Policies of every round always stay.) Pure.</summary>
internal static class KeptAdapters
{
    /// <param name="run">The run.</param>
    /// <param name="phases">Its phases that have ended.</param>
    /// <param name="best">How many of the best stay.</param>
    /// <returns>Keys of candidates.</returns>
    public static HashSet<string> Of(RunRef run, IReadOnlyList<PhaseRecord> phases, int best)
    {
        var all = phases.SelectMany((phase, age) => phase.Tasks.SelectMany(task => task.Candidates
            .Where(candidate => candidate is { State: CandidateState.Scored, DuplicateOf: null })
            .Select(candidate => (Key: GridKeys.Candidate(run, phase.Phase, task.Task, candidate.Index), Reward: candidate.Reward ?? double.NegativeInfinity, Age: age))));
        // Of equals the later one, then by name.
        var ranked = all.OrderByDescending(candidate => candidate.Reward).ThenByDescending(candidate => candidate.Age).ThenBy(candidate => candidate.Key, StringComparer.Ordinal).ToArray();
        return [.. ranked.Take(best).Concat(ranked.Where(candidate => candidate.Age == phases.Count - 1)).Select(candidate => candidate.Key)];
    }
}
