using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Randomness;
using Seal.Core.Runs;

namespace Seal.Core.Updates;

/// <summary>What the update rule makes of a round's records. Pure.</summary>
public static class KeptPairs
{
    /// <param name="update">The decision to learn from the round.</param>
    /// <param name="run">The run.</param>
    /// <param name="training">All training tasks.</param>
    /// <param name="records">What became of them in the round.</param>
    public static IReadOnlyList<UpdatePair> Of(TrainPolicy update, RunContext run, IReadOnlyList<TaskRef> training, IReadOnlyList<TaskRecord> records)
    {
        if (update.Rule is not { } rule)
        {
            return [];
        }

        var tasks = training.ToDictionary(task => task.Id, StringComparer.Ordinal);
        var candidates = records.SelectMany(record =>
            record.Candidates.Select(candidate => UpdateFilter.Rewarded(record.Task, candidate, run.Settings.Reward.Source))
        );
        var filter = UpdateFilter.Of(run.Settings) with { Rule = rule };
        var examples = filter.Select([.. candidates], [.. training.Select(task => task.Id)], run.Settings.Update.Deduplicate);
        return
        [
            .. examples.Select(example => new UpdatePair(
                tasks[example.Task],
                example.Payload,
                example.Drawn,
                example.Weight == 1 ? null : example.Weight
            )),
        ];
    }

    /// <summary>Draws initial values and shuffles of an update: named after outer seed and round.</summary>
    public static Seed Seed(TrainPolicy update, RunContext run) => new Seed((ulong)run.Seed).Derive("update", update.Round.ToString());
}
