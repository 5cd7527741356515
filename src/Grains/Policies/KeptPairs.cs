using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Randomness;
using Seal.Core.Rewards;
using Seal.Core.Sweeps;
using Seal.Core.Updates;
using Seal.Grains.Abstractions;

namespace Seal.Grains.Policies;

/// <summary>What the update rule makes of a round's records. Pure.</summary>
internal static class KeptPairs
{
    public static IReadOnlyList<UpdatePair> Of(PolicyWork work, IReadOnlyList<TaskRecord> records)
    {
        var settings = work.Run.Context.Settings;
        var tasks = work.Training.ToDictionary(task => task.Id, StringComparer.Ordinal);
        var candidates = records.SelectMany(record => record.Candidates.Select(candidate => new RewardedCandidate(
            record.Task,
            candidate.Index,
            candidate.Payload,
            candidate.Reward is { } value ? new Reward(value, settings.Reward.Source, [], candidate.Trial?.Steps ?? 0) : null,
            candidate.Drawn)));
        var examples = PolicyUpdateRules.Get(settings.Update.Rule).Select([.. candidates], [.. work.Training.Select(task => task.Id)], settings);
        return [.. examples.Select(example => new UpdatePair(tasks[example.Task], example.Payload, example.Drawn))];
    }

    public static Seed Seed(RunContext run, RunPhase phase) => new Seed((ulong)run.Seed).Derive("update", phase.Name);
}
