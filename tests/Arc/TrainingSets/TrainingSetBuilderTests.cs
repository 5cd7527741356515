using CsCheck;
using Seal.Arc.Augmentations;
using Seal.Arc.Tasks;
using Seal.Arc.TrainingSets;
using Seal.Core.Randomness;

namespace Seal.Arc.Tests.TrainingSets;

public sealed class TrainingSetBuilderTests
{
    private static readonly Gen<Seed> Seeds = Gen.ULong.Select(value => new Seed(value));

    private static readonly Gen<AugmentationSwitches> Switches = Gen.Select(
        Gen.Bool,
        Gen.Bool,
        Gen.Bool,
        Gen.Bool,
        (basic, size, chain, repeat) => new AugmentationSwitches(basic, size, chain, repeat)
    );

    [Fact]
    public void Build_WhateverTheTestPairsAre_GivesTheSameSet() =>
        Gen.Select(Draw.Tasks(4), Draw.Tasks(4), Switches, Seeds)
            .Sample(
                (task, other, switches, seed) =>
                {
                    // The set is a function of the demonstrations alone, so a test output cannot be in it but by chance.
                    var blind = task with
                    {
                        Test = [.. other.Test.Select(pair => pair with { Output = null })],
                    };
                    Assert.Equal(
                        Written(TrainingSetBuilder.Build(task, switches, new(), seed)),
                        Written(TrainingSetBuilder.Build(blind, switches, new(), seed))
                    );
                },
                iter: 30
            );

    [SkippableFact]
    public void Build_OfThePublicTasks_NeverHoldsATestPair()
    {
        foreach (var task in ArcReader.Read([Shared.Path("data/arc/arc-agi-1_training.json")], ["44f52bb0", "4be741c5", "6150a2bd", "8be77c9e"]))
        {
            var set = TrainingSetBuilder.Build(task, new(true, true, true, true), new(MaxTexts: int.MaxValue), new Seed(1));
            var pairs = set.SelectMany(one => one.Train.Concat(one.Test)).ToHashSet();
            Assert.All(task.Test, pair => Assert.DoesNotContain(pair, pairs));
        }
    }

    [Fact]
    public void Build_AnySettings_KeepsItsLimits() =>
        Gen.Select(Draw.Tasks(6), Switches, Seeds, Gen.Int[1, 60], Gen.Int[1, 12])
            .Sample(
                (task, switches, seed, maxTexts, maxSide) =>
                {
                    var set = TrainingSetBuilder.Build(task, switches, new(maxTexts, maxSide, Fits: one => one.Train.Count > 0), seed);

                    Assert.InRange(set.Count, 0, maxTexts);
                    Assert.Equal(set.Count, set.Distinct(ArcTaskContent.Comparer).Count());
                    Assert.All(
                        set,
                        one =>
                        {
                            Assert.Equal(task.Id, one.Id);
                            Assert.InRange(one.MaxSide, 1, maxSide);
                            Assert.InRange(one.Train.Count, 1, task.Train.Count - 1);
                            Assert.NotNull(Assert.Single(one.Test).Output);
                        }
                    );
                },
                iter: 40
            );

    [Fact]
    public void Build_TheSameSeed_GivesTheSameOrderAndAnotherSeedAnother()
    {
        var task = Task(4);
        var all = new AugmentationSwitches(true, true, true, true);

        Assert.Equal(
            Written(TrainingSetBuilder.Build(task, all, new(), new Seed(5))),
            Written(TrainingSetBuilder.Build(task, all, new(), new Seed(5)))
        );
        Assert.NotEqual(
            Written(TrainingSetBuilder.Build(task, all, new(), new Seed(5))),
            Written(TrainingSetBuilder.Build(task, all, new(), new Seed(6)))
        );
    }

    [Fact]
    public void Build_WithAPredicate_DropsBeforeItCuts()
    {
        var task = Task(4);
        var switches = new AugmentationSwitches(true, false, false, false);
        var all = TrainingSetBuilder.Build(task, switches, new(int.MaxValue), new Seed(5));

        var wide = TrainingSetBuilder.Build(task, switches, new(20, Fits: one => one.Test[0].Input.Width > 2), new Seed(5));

        Assert.Equal(Written(all.Where(one => one.Test[0].Input.Width > 2).Take(20)), Written(wide));
        Assert.Equal(20, wide.Count);
    }

    [Fact]
    public void Build_WithoutAugmentations_KeepsColoursAndShapes()
    {
        var task = Task(3);
        var set = TrainingSetBuilder.Build(task, new(false, false, false, false), new(), new Seed(5));

        Assert.All(set.SelectMany(one => one.Train.Concat(one.Test)), pair => Assert.Contains(pair, task.Train));
    }

    [Fact]
    public void Build_OfOneDemonstration_AsksItWithoutDemonstrations()
    {
        var task = Task(1);
        var one = Assert.Single(TrainingSetBuilder.Build(task, new(false, false, false, false), new(), new Seed(5)));

        Assert.Empty(one.Train);
        Assert.Equal(task.Train, one.Test);
    }

    [Theory]
    [InlineData(4, 1, 4)]
    [InlineData(4, 2, 12)]
    [InlineData(4, 3, 12)]
    [InlineData(4, 4, 4)]
    [InlineData(4, 5, 0)]
    [InlineData(1, 2, 0)]
    public void LeaveOut_OfNDemonstrations_GivesEveryChoice(int demonstrations, int leaveOut, int expected)
    {
        var tasks = LeaveOut.Tasks(Task(demonstrations), leaveOut).ToList();

        Assert.Equal(expected, tasks.Distinct(ArcTaskContent.Comparer).Count());
        Assert.Equal(expected, tasks.Count);
        Assert.All(tasks, one => Assert.DoesNotContain(one.Test[0], one.Train));
        Assert.All(tasks, one => Assert.Equal(demonstrations - leaveOut, one.Train.Count));
    }

    [Fact]
    public void Plain_RandomAugmentations_DrawFromStreamsOfTheirOwn()
    {
        var (a, b) = (new Drawing("A"), new Drawing("B"));
        TrainingSetBuilder.Plain(Task(3), [a, b], 1, 30, new Seed(5));
        var (alone, behind) = (new Drawing("A"), new Drawing("A"));
        TrainingSetBuilder.Plain(Task(3), [alone], 1, 30, new Seed(5));
        TrainingSetBuilder.Plain(Task(3), [new Drawing("B"), behind], 1, 30, new Seed(5));

        Assert.Equal(3, a.Drawn.Count);
        Assert.Empty(a.Drawn.Intersect(b.Drawn));
        // Another augmentation, or another order of them, leaves the draws of one alone.
        Assert.Equal(a.Drawn, alone.Drawn);
        Assert.Equal(a.Drawn, behind.Drawn);
    }

    private static ArcTask Task(int demonstrations)
    {
        var pairs = Enumerable
            .Range(1, demonstrations)
            .Select(i => new ArcPair(
                Grid.FromRows([
                    [i, 0, 1],
                    [0, 2, 0],
                ]),
                Grid.FromRows([
                    [0, i, 2],
                ])
            ))
            .ToList();
        return new ArcTask(
            "a",
            pairs,
            [
                new(
                    Grid.FromRows([
                        [9, 9, 9],
                    ]),
                    null
                ),
            ]
        );
    }

    private static IEnumerable<string> Written(IEnumerable<ArcTask> tasks) => tasks.Select(ArcTaskJson.Write);

    /// <summary>Notes what it draws.</summary>
    private sealed class Drawing(string name) : IAugmentation
    {
        public List<ulong> Drawn { get; } = [];

        public string Name => name;

        public IAugmentation? Inverse => null;

        public ArcTask Apply(ArcTask task, CounterRandom random)
        {
            Drawn.Add(random.NextUInt64());
            return task;
        }
    }
}
