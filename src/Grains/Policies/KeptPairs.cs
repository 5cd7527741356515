using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Randomness;
using Seal.Core.Rewards;
using Seal.Core.Sweeps;
using Seal.Core.Updates;

namespace Seal.Grains.Policies;

/// <summary>What the update rule makes of a round's records. Pure.</summary>
internal static class KeptPairs
{
    /// <param name="settings">The run's.</param>
    /// <param name="training">All training tasks.</param>
    /// <param name="records">What became of them in the round.</param>
    public static IReadOnlyList<UpdatePair> Of(RunSettings settings, IReadOnlyList<TaskRef> training, IReadOnlyList<TaskRecord> records)
    {
        var tasks = training.ToDictionary(task => task.Id, StringComparer.Ordinal);
        var candidates = records.SelectMany(record =>
            record.Candidates.Select(candidate => new RewardedCandidate(
                record.Task,
                candidate.Index,
                candidate.Payload,
                candidate.Reward is { } value ? new Reward(value, settings.Reward.Source, [], candidate.Trial?.Steps ?? 0) : null,
                candidate.Drawn
            ))
        );
        var examples = PolicyUpdateRules.Get(settings.Update.Rule).Select([.. candidates], [.. training.Select(task => task.Id)], settings);
        return [.. examples.Select(example => new UpdatePair(tasks[example.Task], example.Payload, example.Drawn))];
    }

    public static Seed Seed(RunContext run, RunPhase phase) => new Seed((ulong)run.Seed).Derive("update", phase.Id.ToString());
}
