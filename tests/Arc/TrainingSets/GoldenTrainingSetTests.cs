using System.Text.Json;
using Seal.Arc.Augmentations;
using Seal.Arc.Tasks;
using Seal.Arc.TrainingSets;
using Seal.Core.Randomness;

namespace Seal.Arc.Tests.TrainingSets;

public sealed class GoldenTrainingSetTests
{
    private static readonly TrainingSetOptions NoPermutations = new(Permutations: 0);

    [SkippableFact]
    public void Set_WithoutPermutations_IsTheReferencesSet()
    {
        var tasks = Tasks();
        var compared = 0;
        foreach (var golden in Shared.Golden("leave_one_out_sets.json").EnumerateObject())
        {
            foreach (var set in golden.Value.EnumerateObject())
            {
                var parts = set.Name.Split('_');
                var augmentations = parts[0] switch
                {
                    "none" => [],
                    "basic" => ReplayedBasic(),
                    "repeat" => AugmentationGroups.Repeat,
                    _ => throw new InvalidOperationException(set.Name),
                };

                var actual = TrainingSetBuilder.Set(tasks[golden.Name], augmentations, parts[1][1] - '0', NoPermutations, new Seed(1));

                Assert.Equal(
                    set.Value.EnumerateArray().Select(task => ArcTaskJson.Write(Reference.Task(task))).Order(StringComparer.Ordinal),
                    actual.Select(ArcTaskJson.Write).Order(StringComparer.Ordinal)
                );
                compared++;
            }
        }

        Assert.Equal(12, compared);
    }

    [SkippableFact]
    public void Set_OfEverySwitchCombination_HasTheReferencesSize()
    {
        var tasks = Tasks();
        var compared = 0;
        foreach (var golden in Shared.Golden("taskset_sizes.json").EnumerateObject())
        {
            foreach (var combination in golden.Value.EnumerateObject())
            {
                Assert.Equal(combination.Value.GetProperty("n_augmenters").GetInt32(), AugmentationGroups.For(Switches(combination.Name)).Count);
                foreach (var leaveOut in new[] { 1, 2 })
                {
                    AssertSize(tasks[golden.Name], combination.Name, leaveOut, combination.Value.GetProperty($"n{leaveOut}"), golden.Name);
                    compared++;
                }
            }
        }

        Assert.Equal(6 * 16 * 2, compared);
    }

    [SkippableFact]
    public void Build_OfThePapersTasks_HasTheReferencesSizes()
    {
        var tasks = ArcReader
            .Read([Shared.Path("data/arc/arc-agi-1_training.json"), Shared.Path("data/arc/arc-agi-1_evaluation.json")], [])
            .ToDictionary(task => task.Id);
        var compared = 0;
        foreach (var split in Shared.Golden("training_text_counts.json").GetProperty("counts").EnumerateObject())
        {
            foreach (var golden in split.Value.EnumerateObject())
            {
                var task = tasks[golden.Name[..^2]];
                foreach (var combination in golden.Value.EnumerateObject())
                {
                    AssertSize(task, combination.Name, 1, combination.Value.GetProperty("set_n1"), golden.Name);
                    AssertSize(task, combination.Name, 2, combination.Value.GetProperty("set_n2"), golden.Name);
                    if (
                        Stable(combination.Value.GetProperty("training_texts_nmax250")) is { } texts
                        && Stable(combination.Value.GetProperty("under_8192_tokens_n1")) == Stable(combination.Value.GetProperty("set_n1"))
                    )
                    {
                        var count = TrainingSetBuilder.Build(task, Switches(combination.Name), new TrainingSetOptions(), new Seed(1)).Count;
                        Assert.True(
                            Math.Abs(texts - count) <= (texts == 250 ? 0 : 8),
                            $"{golden.Name} {combination.Name}: {count} texts, the reference has {texts}"
                        );
                    }

                    compared++;
                }
            }
        }

        Assert.Equal(13 * 16, compared);
    }

    /// <summary>
    /// The size is exact where the reference's draws can be replayed: without augmentations only the demonstrations are permuted, as many of
    /// them for every task, so that the order of its sets does not matter. Else its sizes depend on which recoloured tasks happen to be equal
    /// to others: at most one for each task, and (a permutation of colours seldom meets another) few fewer.
    /// </summary>
    private static void AssertSize(ArcTask task, string combination, int leaveOut, JsonElement golden, string name)
    {
        var sizes = golden.ValueKind == JsonValueKind.Array ? golden.EnumerateArray().Select(size => size.GetInt32()).ToArray() : [golden.GetInt32()];
        var switches = Switches(combination);
        var augmentations = Replayed(switches);
        var plain = TrainingSetBuilder.Plain(task, augmentations, leaveOut, 30, new Seed(1));
        if (augmentations.Count == 0)
        {
            var twister = new MersenneTwister(0);
            var permuted = plain.Select(one => new ExampleOrder([.. twister.Permutation(one.Train.Count)]).Apply(one));
            Assert.Equal(Assert.Single(sizes), plain.Concat(permuted).Distinct(ArcTaskContent.Comparer).Count());
            return;
        }

        foreach (var size in sizes.Append(TrainingSetBuilder.Set(task, augmentations, leaveOut, new TrainingSetOptions(), new Seed(1)).Count))
        {
            Assert.True(size <= 2 * plain.Count && size >= (2 * plain.Count) - 3, $"{name} {combination} n={leaveOut}: {size} of 2 × {plain.Count}");
        }
    }

    private static int? Stable(JsonElement number) => number.ValueKind == JsonValueKind.Number ? number.GetInt32() : null;

    private static AugmentationSwitches Switches(string combination) =>
        new(combination[0] == '1', combination[1] == '1', combination[2] == '1', combination[3] == '1');

    private static IReadOnlyList<IAugmentation> Replayed(AugmentationSwitches switches) =>
        [.. switches.Basic ? ReplayedBasic() : [], .. AugmentationGroups.For(switches with { Basic = false })];

    private static List<IAugmentation> ReplayedBasic() =>
        [.. AugmentationGroups.Basic.Select(augmentation => augmentation is RandomTranslate ? new ReplayedTranslate() : augmentation)];

    /// <summary>The six tasks of the small goldens, as augmenters.json writes them.</summary>
    private static Dictionary<string, ArcTask> Tasks() =>
        Shared
            .Golden("augmenters.json")
            .EnumerateObject()
            .ToDictionary(golden => golden.Name, golden => Reference.Task(golden.Value.GetProperty("task")));

    /// <summary>
    /// The reference's random translation with its draws for seed 0. It gives every pair a copy of the generator and never moves the
    /// original, so within one set nothing has been drawn before and all tasks are shifted alike.
    /// </summary>
    private sealed class ReplayedTranslate : IAugmentation
    {
        public string Name => "ReplayedTranslate()";

        public IAugmentation? Inverse => null;

        public ArcTask Apply(ArcTask task, CounterRandom random) =>
            task with
            {
                Train = [.. task.Train.Select(Shift)],
                Test = [.. task.Test.Select(Shift)],
            };

        private static ArcPair Shift(ArcPair pair)
        {
            var twister = new MersenneTwister(0);
            var input = Draw(pair.Input, twister);
            return new ArcPair(input.Apply(pair.Input), Draw(pair.Output!, twister).Apply(pair.Output!));
        }

        private static Roll Draw(Grid grid, MersenneTwister twister) =>
            new(twister.Next(Math.Min(4, grid.Height)), twister.Next(Math.Min(4, grid.Width)));
    }
}
