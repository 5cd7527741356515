using System.Globalization;
using Seal.Core.Candidates;
using Seal.Core.Catalogs;
using Seal.Core.Rewards;
using Seal.Core.Sweeps;

namespace Seal.Core.Updates;

/// <summary>What the policy learns of a round: an update rule with its settings. Pure; the order in which candidates are given does not
/// matter.</summary>
/// <param name="Rule">One of the catalog's update rules.</param>
/// <param name="Threshold">Rewards above it are learned from.</param>
/// <param name="Best">Under <c>best-per-task</c>: how many of each task.</param>
public sealed record UpdateFilter(string Rule, double Threshold, int Best)
{
    /// <summary>The filter of a run.</summary>
    public static UpdateFilter Of(RunSettings settings) => new(settings.Update.Rule, settings.Reward.Threshold, settings.Update.Best ?? 1);

    /// <summary>What is learned, for people: completes "kept …".</summary>
    public string Words =>
        Rule switch
        {
            BestPerTask.Word => string.Create(CultureInfo.InvariantCulture, $"of each task the best {Best} above {Threshold}"),
            RewardWeighted.Word => string.Create(CultureInfo.InvariantCulture, $"above {Math.Max(0, Threshold)}, weighted by the reward"),
            ReStEm.Word => string.Create(CultureInfo.InvariantCulture, $"above {Threshold}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"by the rule {Rule}, threshold {Threshold}"),
        };

    /// <summary>Share of a round's self-edits that are likely kept, for forecasts: as if <c>reward.threshold</c> were 0.</summary>
    /// <param name="settings">The run's.</param>
    /// <param name="solved">Share of trials that solve their task, 0..1.</param>
    /// <returns>0..1.</returns>
    public static double LikelyKept(RunSettings settings, double solved)
    {
        // A mean over trials is above 0 where one of them is solved; a share of right tokens is above 0 nearly always.
        var rewarded = Catalog.Current.Reward(settings.Reward.Source).IsAllOrNothing ? 1 - Math.Pow(1 - solved, settings.Reward.Trials ?? 1) : 1;
        return settings.Update.Rule == BestPerTask.Word
            ? Math.Min(rewarded, (settings.Update.Best ?? 1) / (double)settings.Proposal.Candidates)
            : rewarded;
    }

    /// <summary>The training pairs of a round; empty where the policy stays as it is.</summary>
    /// <param name="candidates">All candidates of the round.</param>
    /// <param name="taskOrder">The sweep's training tasks; examples come out in this order, then by candidate number.</param>
    /// <param name="once">Equal self-edits of a task are learned once (<see cref="UpdateSettings.Deduplicate"/>).</param>
    /// <exception cref="ArgumentException">A candidate's task is not in the order, or two candidates have one number; or there is no such
    /// rule.</exception>
    public IReadOnlyList<UpdateExample> Select(IReadOnlyCollection<RewardedCandidate> candidates, IReadOnlyList<string> taskOrder, bool once)
    {
        if (taskOrder.GroupBy(task => task, StringComparer.Ordinal).FirstOrDefault(task => task.Count() > 1) is { Key: var twice })
        {
            throw new ArgumentException($"Task '{twice}' stands twice in the order of tasks.");
        }

        var groups = candidates.GroupBy(candidate => candidate.Task, StringComparer.Ordinal).ToDictionary(group => group.Key, StringComparer.Ordinal);
        if (groups.Keys.Except(taskOrder, StringComparer.Ordinal).FirstOrDefault() is { } strange)
        {
            throw new ArgumentException($"Task '{strange}' is not among the round's training tasks.");
        }

        var kept = taskOrder.Where(groups.ContainsKey).SelectMany(task => Examples([.. groups[task].OrderBy(candidate => candidate.Candidate)]));
        return once ? [.. kept.DistinctBy(example => (example.Task, example.Payload))] : [.. kept];
    }

    /// <summary>The candidates of a task that are learned from, in order.</summary>
    public IReadOnlyList<CandidateRecord> Kept(TaskRecord task)
    {
        // By their places: that is what numbers are, and a record that says otherwise still has them.
        var group = task.Candidates.Select((candidate, place) => Rewarded(task.Task, candidate, string.Empty) with { Candidate = place });
        return [.. Examples([.. group]).Select(example => task.Candidates[example.Candidate])];
    }

    /// <summary>A candidate's record as a rule sees it.</summary>
    /// <param name="task">Id of its task.</param>
    /// <param name="candidate">The record.</param>
    /// <param name="source">Name of the reward function.</param>
    public static RewardedCandidate Rewarded(string task, CandidateRecord candidate, string source) =>
        new(
            task,
            candidate.Index,
            candidate.Payload,
            candidate.Reward is { } value ? new Reward(value, source, [], candidate.Trial?.Steps ?? 0) : null,
            candidate.Drawn
        );

    private IEnumerable<UpdateExample> Examples(RewardedCandidate[] group)
    {
        for (var i = 1; i < group.Length; i++)
        {
            if (group[i].Candidate == group[i - 1].Candidate)
            {
                throw new ArgumentException($"Task '{group[i].Task}' has two candidates with number {group[i].Candidate}.");
            }
        }

        var rule = Catalog.Current.Rule(Rule);
        var weights = Guarded.List(
            $"update rule \"{Rule}\"",
            group.Length,
            () => rule.Weigh(group, this),
            weight => double.IsFinite(weight) && weight >= 0 ? null : $"it gave the weight {weight}; expected a finite number, 0 or more"
        );
        return group
            .Zip(weights)
            .Where(one => one is { First: { Payload: not null, Reward: not null }, Second: > 0 })
            .Select(one => new UpdateExample(one.First.Task, one.First.Candidate, one.First.Payload!, one.Second, one.First.Drawn));
    }
}
