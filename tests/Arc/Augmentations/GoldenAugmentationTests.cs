using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Seal.Arc.Augmentations;
using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Tests.Augmentations;

public sealed class GoldenAugmentationTests
{
    [SkippableFact]
    public void Apply_EveryDeterministicAugmentation_GivesTheReferencesTask()
    {
        var compared = 0;
        foreach (var golden in Shared.Golden("augmenters.json").EnumerateObject())
        {
            var task = Reference.Task(golden.Value.GetProperty("task"));
            foreach (var expected in golden.Value.GetProperty("deterministic").EnumerateObject())
            {
                var actual = Reference.Augmentation(expected.Name).Apply(task, new CounterRandom(new Seed(1)));
                AssertEqual(Reference.Task(expected.Value), actual, $"{golden.Name} {expected.Name}");
                compared++;
            }
        }

        Assert.Equal(6 * 31, compared);
    }

    [SkippableFact]
    public void Kernels_OnTheReferencesDraws_GiveItsTasks()
    {
        var compared = 0;
        foreach (var golden in Shared.Golden("augmenters.json").EnumerateObject())
        {
            var task = Reference.Task(golden.Value.GetProperty("task"));
            foreach (var drawn in golden.Value.GetProperty("random").EnumerateArray())
            {
                var expected = Reference.Task(drawn.GetProperty("result"));
                var name = drawn.GetProperty("augmenter").GetString()!;
                var actual = name switch
                {
                    "PermuteColors()" => Colours(drawn).Apply(task),
                    "PermuteExamples()" => new ExampleOrder([
                        .. drawn.GetProperty("permutation").EnumerateArray().Select(index => index.GetInt32()),
                    ]).Apply(task),
                    "RandomTranslateXY()" => Shift(task, drawn.GetProperty("shifts_rows_cols_train_then_test")),
                    _ => throw new InvalidOperationException($"Unknown golden {name}."),
                };
                AssertEqual(expected, actual, $"{golden.Name} {name}");
                if (name == "PermuteColors()")
                {
                    AssertEqual(task, Colours(drawn).Inverse.Apply(actual), $"{golden.Name} inverse of {name}");
                }

                compared++;
            }
        }

        Assert.Equal(36, compared);
    }

    [SkippableFact]
    public void Inverse_OfTheReferencesInvertibleOnes_IsTheReferencesInverter()
    {
        var compared = 0;
        foreach (var golden in Shared.Golden("inverters.json").EnumerateArray())
        {
            var map = Reference.Map(golden.GetProperty("augmenter").GetString());
            var grid = Reference.Grid(golden.GetProperty("grid"));
            var augmented = map.Apply(grid);

            Assert.Equal(Reference.Grid(golden.GetProperty("augmented")), augmented);
            Assert.Equal(Reference.Map(golden.GetProperty("inverter").GetString()), map.Inverse);
            Assert.Equal(grid, map.Inverse!.Apply(augmented));
            compared++;
        }

        Assert.Equal(36, compared);
    }

    private static ColourMap Colours(JsonElement drawn) =>
        ColourMap.Complete(
            drawn
                .GetProperty("color_map")
                .EnumerateObject()
                .ToImmutableDictionary(entry => byte.Parse(entry.Name, CultureInfo.InvariantCulture), entry => entry.Value.GetByte())
        );

    private static ArcTask Shift(ArcTask task, JsonElement shifts)
    {
        var shifted = task
            .Train.Concat(task.Test)
            .Zip(
                shifts.EnumerateArray(),
                (pair, shift) =>
                    new ArcPair(Roll(shift.GetProperty("input")).Apply(pair.Input), Roll(shift.GetProperty("output")).Apply(pair.Output!))
            )
            .ToList();
        return task with { Train = shifted[..task.Train.Count], Test = shifted[task.Train.Count..] };
    }

    private static Roll Roll(JsonElement shift) => new(shift[0].GetInt32(), shift[1].GetInt32());

    private static void AssertEqual(ArcTask expected, ArcTask actual, string what) =>
        Assert.True(
            ArcTaskContent.Comparer.Equals(expected, actual),
            $"{what}:\nexpected {ArcTaskJson.Write(expected)}\nactual   {ArcTaskJson.Write(actual)}"
        );
}
