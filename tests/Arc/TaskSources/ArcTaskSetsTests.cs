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
        Assert.All(
            sets.Train,
            task => Assert.Contains(TaskFamilies.Training, generator => task.Id.StartsWith($"gen-{generator.Family}-", StringComparison.Ordinal))
        );
        Assert.All(
            sets.Evaluate,
            task => Assert.Contains(TaskFamilies.Evaluation, generator => task.Id.StartsWith($"gen-{generator.Family}-", StringComparison.Ordinal))
        );
        Assert.Equal(sets.Train, ArcTaskSets.Load(Generated).Train);
    }

    [Fact]
    public void Load_MoreTrainingTasks_LeavesTheEvaluationTasks() =>
        Assert.Equal(ArcTaskSets.Load(Generated).Evaluate, ArcTaskSets.Load(Generated with { TrainCount = 20 }).Evaluate);

    [Fact]
    public void Load_AFamilyOnBothSides_IsRefused() =>
        Refused(
            Generated with
            {
                TrainFamilies = ["turn", "tile"],
                EvaluateFamilies = ["tile"],
            },
            "'tile' is in train_families and in evaluate_families"
        );

    [Fact]
    public void Load_EvaluationFamilyThatIsTrainedOnUnlessOthersAreNamed_IsRefused() =>
        Refused(Generated with { TrainFamilies = null, EvaluateFamilies = ["tile"] }, "'tile' is in train_families and in evaluate_families");

    [Fact]
    public void Load_FreshTasks_AreOfTheTrainingFamiliesAndTwinsOfNone()
    {
        string[] families = ["place-rows", "colour-column", "turned-fall"];
        var source = new TaskSource("generated", [], [], [], 30, 6, families, ["place-lines"], 1, 5, FreshCount: 60);
        var sets = ArcTaskSets.Load(source);

        var (unseen, fresh) = (sets.Evaluate.Take(6).ToArray(), sets.Evaluate.Skip(6).ToArray());
        Assert.Equal(60, fresh.Length);
        Assert.All(unseen, task => Assert.StartsWith("gen-place-lines-", task.Id, StringComparison.Ordinal));
        Assert.Equal(families, fresh.Select(task => task.Labels!.Family).Distinct());
        Assert.All(fresh.GroupBy(task => task.Labels!.Family), family => Assert.Equal(20, family.Count()));
        Assert.Equal(["place", "colour", "both"], fresh.Select(task => task.Labels!.Kind).Distinct());

        // Grids of five cells a side are small enough that some draws are twins by chance: they are left out, and that is told.
        var all = new TaskIndex(sets.Train.Concat(fresh).Select(ArcTaskJson.Parse));
        var trained = sets.Train.Select(task => task.Id).ToHashSet();
        Assert.DoesNotContain(all.Among(), overlap => overlap.IsTwin && !(trained.Contains(overlap.Task) && trained.Contains(overlap.Other)));
        Assert.StartsWith(
            "tasks: 60 fresh tasks of the training families; none is one of the 30 training tasks",
            Assert.Single(sets.Notes),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Load_MoreFreshTasks_BeginWithTheSameAndLeaveTheOthers()
    {
        var source = new TaskSource("generated", [], [], [], 12, 4, ["place-rows", "turned-fall"], ["place-lines"], 3, 6, FreshCount: 10);
        var (few, more) = (ArcTaskSets.Load(source), ArcTaskSets.Load(source with { FreshCount = 20 }));

        Assert.Equal(few.Evaluate, more.Evaluate.Take(14));
        Assert.Equal(few.Train, more.Train);
        Assert.Equal(ArcTaskSets.Load(source with { FreshCount = 0 }).Evaluate, more.Evaluate.Take(4));
        Assert.Equal(few.Evaluate.Skip(4), ArcTaskSets.Load(source with { EvaluateCount = 0, EvaluateFamilies = null }).Evaluate);
    }

    [Fact]
    public void Load_TasksOfFamiliesWithoutANeed_HaveNoLabels() => Assert.All(ArcTaskSets.Load(Generated).Train, task => Assert.Null(task.Labels));

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
    public void Load_TwinsWithinOneFile_AreRefusedWhateverIsDoneToTheirPairs()
    {
        using var folder = new TemporaryFolder();
        var task = ArcTaskSource.Generate(["turn"], 1, 1, 9)[0];
        var other = ArcTaskSource.Generate(["tile"], 1, 1, 9)[0];
        var recoloured = new Rotate(90).Apply(PermuteColours.Draw(task, new CounterRandom(new Seed(1))).Apply(task));
        ArcPair[] train = [.. recoloured.Train];
        (string Name, ArcTask Task)[] twins =
        [
            ("reordered", recoloured with { Train = [.. train.Reverse()] }),
            ("another-test", recoloured with { Test = other.Test }),
            ("moved", recoloured with { Train = [.. recoloured.Test, .. train], Test = other.Test }),
            ("dropped", recoloured with { Train = train[1..] }),
            ("added", recoloured with { Train = [.. train, other.Train[0]], Test = other.Test }),
            ("dropped-and-added", recoloured with { Train = [other.Train[0], .. train[1..]] }),
            ("doubled", recoloured with { Train = [.. train, .. train] }),
        ];
        var all = twins.Append(("known", task));
        var path = folder.Write("all.json", $"{{{string.Join(',', all.Select(one => $"\"{one.Item1}\":{ArcTaskJson.Write(one.Item2)}"))}}}");
        foreach (var (name, _) in twins)
        {
            Refused(Files(path) with { Train = ["known"], Evaluate = [name] }, $"the evaluation task {name} is the training task known ");
            Refused(Files(path) with { Train = [name], Evaluate = ["known"] }, $"the evaluation task known is the training task {name} ");
        }
    }

    [Fact]
    public void Load_SinglePairInBothSets_IsAWarningWithBothNames()
    {
        using var folder = new TemporaryFolder();
        var (one, two) = (ArcTaskSource.Generate(["turn"], 1, 1, 9)[0], ArcTaskSource.Generate(["tile"], 1, 1, 9)[0]);
        var path = folder.Write(
            "all.json",
            $"{{\"One_1\":{ArcTaskJson.Write(one)},\"two\":{ArcTaskJson.Write(two with { Train = [.. two.Train, new Rotate(90).Apply(one).Test[0]] })}}}"
        );

        var sets = ArcTaskSets.Load(Files(path) with { Train = ["One_1"], Evaluate = ["two"] });
        Assert.EndsWith("1 found: two and One_1 (1 pair)", Assert.Single(sets.Warnings), StringComparison.Ordinal);
        Assert.Empty(ArcTaskSets.Load(Files(path) with { Evaluate = ["two"] }).Warnings);
    }

    [Fact]
    public void Load_OneTaskUnderTwoIdsInOneSet_IsAWarningWithBothNames()
    {
        using var folder = new TemporaryFolder();
        var task = ArcTaskSource.Generate(["turn"], 1, 1, 9)[0];
        var again = new Rotate(90).Apply(task) with { Train = [.. new Rotate(90).Apply(task).Train.Reverse()] };
        var path = folder.Write("all.json", $"{{\"a\":{ArcTaskJson.Write(task)},\"b\":{ArcTaskJson.Write(again)}}}");

        Assert.StartsWith(
            "tasks: two evaluation tasks are one",
            Assert.Single(ArcTaskSets.Load(Files(path) with { Evaluate = ["a", "b"] }).Warnings),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "tasks: two training tasks are one",
            Assert.Single(ArcTaskSets.Load(Files(path) with { Train = ["a", "b"] }).Warnings),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Load_Draw_LeavesOutTwinsOfTrainingTasks()
    {
        using var folder = new TemporaryFolder();
        var task = ArcTaskSource.Generate(["turn"], 1, 1, 9)[0];
        var other = ArcTaskSource.Generate(["tile"], 1, 1, 9)[0];
        var twin = new Rotate(90).Apply(task) with { Test = other.Test };
        var path = folder.Write(
            "all.json",
            $"{{\"known\":{ArcTaskJson.Write(task)},\"twin\":{ArcTaskJson.Write(twin)},\"other\":{ArcTaskJson.Write(other)}}}"
        );
        for (var seed = 0; seed < 8; seed++)
        {
            Assert.Equal("other", Assert.Single(ArcTaskSets.Load(Files(path) with { Train = ["known"], EvaluateDraw = 1, Seed = seed }).Evaluate).Id);
        }

        Refused(
            Files(path) with
            {
                Train = ["known"],
                EvaluateDraw = 2,
            },
            "has only 1 beside those that the sweep names and twins of its training tasks"
        );
    }

    private static TaskSource Files(string path) => new("files", [path], [], [], 0, 0, null, null, 0, 30);

    private static void Refused(TaskSource source, string expected) =>
        Assert.Contains(expected, Assert.Throws<SweepException>(() => ArcTaskSets.Load(source)).Message, StringComparison.Ordinal);
}
