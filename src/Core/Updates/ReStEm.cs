using Seal.Core.Sweeps;

namespace Seal.Core.Updates;

/// <summary>
/// The E-step of ReST-EM (Singh et al. 2023, as SEAL uses it): keep the self-edits whose reward is greater than the threshold, all with
/// weight 1. A self-edit that was sampled and kept several times for a task stands in the training set as often, as in the paper, so the
/// set has the policy's own frequencies; <see cref="UpdateSettings.Deduplicate"/> keeps only the first of equals.
/// </summary>
public sealed class ReStEm : IPolicyUpdateRule
{
    public string Name => "rest-em";

    /// <exception cref="ArgumentException">A candidate's task is not in the order, or two candidates have one number.</exception>
    public IReadOnlyList<UpdateExample> Select(
        IReadOnlyCollection<RewardedCandidate> candidates,
        IReadOnlyList<string> taskOrder,
        RunSettings settings
    )
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var task in taskOrder)
        {
            if (!places.TryAdd(task, places.Count))
            {
                throw new ArgumentException($"Task '{task}' stands twice in the order of tasks.");
            }
        }

        var kept = new List<(int Place, UpdateExample Example)>();
        var seen = new HashSet<(string Task, int Candidate)>();
        foreach (var candidate in candidates)
        {
            if (!places.TryGetValue(candidate.Task, out var place))
            {
                throw new ArgumentException($"Task '{candidate.Task}' is not among the round's training tasks.");
            }

            if (!seen.Add((candidate.Task, candidate.Candidate)))
            {
                throw new ArgumentException($"Task '{candidate.Task}' has two candidates with number {candidate.Candidate}.");
            }

            if (candidate is { Payload: { } payload, Reward: { } reward } && reward.Value > settings.Reward.Threshold)
            {
                kept.Add((place, new UpdateExample(candidate.Task, candidate.Candidate, payload, Drawn: candidate.Drawn)));
            }
        }

        var ordered = kept.OrderBy(item => item.Place).ThenBy(item => item.Example.Candidate).Select(item => item.Example);
        return settings.Update.Deduplicate ? [.. ordered.DistinctBy(example => (example.Task, example.Payload))] : [.. ordered];
    }
}
