using System.Globalization;
using Seal.Arc.Augmentations;
using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.TrainingSets;

/// <summary>
/// The tasks that an inner loop trains on (the reference's get_test_time_train_data and process_task): leave-one-out and leave-two-out
/// tasks, each as it is and under every augmentation, and each of these once more with other colours and another order of demonstrations.
/// Where the reference walks through hash sets, this keeps the order of first appearance and shuffles once, by seed.
/// </summary>
public static class TrainingSetBuilder
{
    /// <summary>Builds a training set from the demonstrations; test pairs are not looked at.</summary>
    /// <param name="task">The task.</param>
    /// <param name="switches">Groups of augmentations.</param>
    /// <param name="options">Limits.</param>
    /// <param name="seed">The inner seed; the same task, switches, options and seed give the same list.</param>
    /// <returns>Distinct tasks in training order, each with one test pair whose output is known; empty where nothing fits.</returns>
    public static IReadOnlyList<ArcTask> Build(ArcTask task, AugmentationSwitches switches, TrainingSetOptions options, Seed seed)
    {
        var augmentations = AugmentationGroups.For(switches);
        var all = options
            .LeaveOut.SelectMany(count =>
                Set(task, augmentations, count, options, seed.Derive("leave-out", count.ToString(CultureInfo.InvariantCulture)))
            )
            .Distinct(ArcTaskContent.Comparer)
            .ToArray();
        new CounterRandom(seed.Derive("order")).Shuffle<ArcTask>(all);
        return [.. all.Where(options.Fits ?? (_ => true)).Take(options.MaxTexts)];
    }

    /// <summary>The whole set for one number of left-out demonstrations, without duplicates, in order of appearance.</summary>
    internal static IReadOnlyList<ArcTask> Set(
        ArcTask task,
        IReadOnlyList<IAugmentation> augmentations,
        int leaveOut,
        TrainingSetOptions options,
        Seed seed
    )
    {
        var plain = Plain(task, augmentations, leaveOut, options.MaxGridSide, seed);
        var random = new CounterRandom(seed.Derive("permute"));
        var permuted = new List<ArcTask>();
        for (var copy = 0; copy < options.Permutations; copy++)
        {
            permuted.AddRange(plain.Select(one => Permute(one, recolour: options.Recolour ?? augmentations.Count > 0, random)));
        }

        return [.. plain.Concat(permuted).Distinct(ArcTaskContent.Comparer)];
    }

    /// <summary>The left-out tasks and their augmentations, before colours and examples are permuted.</summary>
    internal static IReadOnlyList<ArcTask> Plain(ArcTask task, IReadOnlyList<IAugmentation> augmentations, int leaveOut, int maxGridSide, Seed seed)
    {
        var initial = LeaveOut.Tasks(task, leaveOut).ToList();
        var augmented = augmentations.SelectMany(augmentation =>
        {
            // Named streams: switching one augmentation on or off leaves the draws of the others alone.
            var random = new CounterRandom(seed.Derive("augment", augmentation.Name));
            return initial.Select(one => augmentation.Apply(one, random));
        });
        return [.. initial.Concat(augmented).Where(one => one.MaxSide <= maxGridSide).Distinct(ArcTaskContent.Comparer)];
    }

    /// <summary>Without augmentations the colours stay, as in the reference.</summary>
    private static ArcTask Permute(ArcTask task, bool recolour, CounterRandom random)
    {
        var recoloured = recolour ? PermuteColours.Draw(task, random).Apply(task) : task;
        return new ExampleOrder([.. random.NextPermutation(task.Train.Count)]).Apply(recoloured);
    }
}
