using CsCheck;
using Seal.Arc.Augmentations;
using Seal.Arc.Generators;
using Seal.Arc.Tasks;
using Seal.Arc.TaskSources;
using Seal.Core.Randomness;
using Seal.Core.Sweeps;

namespace Seal.Arc.Tests.TaskSources;

public sealed class ArcTaskSetsTests
{
    private static readonly TaskSource Generated = new("generated", [], [], [], 12, 8, null, null, 3, 8);

    [Fact]
    public void Load_Generated_TakesFamiliesOfEitherSide()
    {
        var sets = ArcTaskSets.Load(Generated);
        Assert.Equal((12, 8), (sets.Train.Count, sets.Evaluate.Count));
        Assert.All(sets.Train, task => Assert.Contains(TaskFamilies.Training, generator => task.Id.StartsWith($"gen-{generator.Family}-", StringComparison.Ordinal)));
        Assert.All(sets.Evaluate, task => Assert.Contains(TaskFamilies.Evaluation, generator => task.Id.StartsWith($"gen-{generator.Family}-", StringComparison.Ordinal)));
        Assert.Equal(sets.Train, ArcTaskSets.Load(Generated).Train);
    }

    [Fact]
    public void Load_MoreTrainingTasks_LeavesTheEvaluationTasks() =>
        Assert.Equal(ArcTaskSets.Load(Generated).Evaluate, ArcTaskSets.Load(Generated with { TrainCount = 20 }).Evaluate);

    [Fact]
    public void Load_AFamilyOnBothSides_IsRefused() => Refused(
        Generated with { TrainFamilies = ["turn", "tile"], EvaluateFamilies = ["tile"] }, "'tile' is in train_families and in evaluate_families");

    [Fact]
    public void Load_EvaluationFamilyThatIsTrainedOnUnlessOthersAreNamed_IsRefused() => Refused(
        Generated with { TrainFamilies = null, EvaluateFamilies = ["tile"] }, "'tile' is in train_families and in evaluate_families");

    [Fact]
    public void Load_NoTaskAtAll_IsRefused() => Refused(Generated with { TrainCount = 0, EvaluateCount = 0 }, "there is no task");

    [Fact]
    public void Load_Files_TakesTheIdsAndRefusesTheSameTaskInOtherColours()
    {
        using var folder = new TemporaryFolder();
        var task = ArcTaskSource.Generate(["turn"], 1, 1, 6)[0];
        var other = ArcTaskSource.Generate(["tile"], 1, 1, 6)[0];
        var disguised = new Rotate(90).Apply(PermuteColours.Draw(task, new CounterRandom(new Seed(1))).Apply(task));
        var one = folder.Write("one.json", ArcTaskJson.Write(task));
        var two = folder.Write("two.json", ArcTaskJson.Write(other));
        var three = folder.Write("three.json", ArcTaskJson.Write(disguised));
        var source = new TaskSource("files", [one, two, three], ["one"], ["two"], 0, 0, null, null, 0, 30);

        var sets = ArcTaskSets.Load(source);
        Assert.Equal(["one"], sets.Train.Select(document => document.Id));
        Assert.Equal(["two"], sets.Evaluate.Select(document => document.Id));
        Assert.Empty(ArcTaskSets.Load(source with { Train = [] }).Train);
        Refused(source with { Evaluate = ["two", "three"] }, "three is the training task one");
    }

    [Fact]
    public void Load_NoTestOutput_IsRefused()
    {
        using var folder = new TemporaryFolder();
        var task = ArcTaskSource.Generate(["turn"], 1, 1, 6)[0];
        var path = folder.Write("blind.json", ArcTaskJson.Write(task with { Test = [task.Test[0] with { Output = null }] }));
        Refused(new TaskSource("files", [path], [], ["blind"], 0, 0, null, null, 0, 30), "no output");
    }

    [Fact]
    public void Fingerprint_TurnedAndRecoloured_StaysTheSame() => Gen.Select(Gen.ULong, Gen.Int[0, 7]).Sample((seed, orientation) =>
    {
        var random = new CounterRandom(new Seed(seed));
        var task = TaskFamilies.All[random.NextInt(TaskFamilies.All.Count)].Generate(random, new GeneratorLimits(7));
        var colours = random.NextPermutation(10);
        Grid Disguise(Grid grid) => Sketch.Orient(Sketch.Map(grid, cell => colours[cell]), orientation);
        ArcPair Both(ArcPair pair) => new(Disguise(pair.Input), Disguise(pair.Output!));
        var disguised = new ArcTask("other", [.. task.Train.Select(Both)], [.. task.Test.Select(Both)]);
        return TaskFingerprint.Of(task) == TaskFingerprint.Of(disguised);
    }, iter: 300);

    [Fact]
    public void Fingerprint_OneCellChanged_Differs()
    {
        for (ulong seed = 0; seed < 200; seed++)
        {
            var task = TaskFamilies.Get("recolour").Generate(new CounterRandom(new Seed(seed)), new GeneratorLimits(7));
            var input = task.Test[0].Input;
            var changed = Grid.Create(input.Height, input.Width, (row, column) => row + column == 0 ? (input[0, 0] + 1) % 10 : input[row, column]);
            Assert.NotEqual(TaskFingerprint.Of(task), TaskFingerprint.Of(task with { Test = [task.Test[0] with { Input = changed }] }));
        }
    }

    private static void Refused(TaskSource source, string expected) =>
        Assert.Contains(expected, Assert.Throws<SweepException>(() => ArcTaskSets.Load(source)).Message, StringComparison.Ordinal);
}
