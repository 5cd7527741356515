using CsCheck;
using Seal.Arc.Generators;
using Seal.Arc.Tasks;
using Seal.Arc.TaskSources;
using Seal.Core.Randomness;

namespace Seal.Arc.Tests.TaskSources;

public sealed class TaskIndexTests
{
    // Seven pairs no two of which are alike in any orientation and colours.
    private static readonly ArcPair[] P =
    [
        Pair("10/20", "01"),
        Pair("123/000", "3"),
        Pair("12/34/50", "5/5"),
        Pair("1111/0020", "2"),
        Pair("700/080/009", "789"),
        Pair("66666", "6"),
        Pair("0102/0304", "12/34"),
    ];

    private static readonly ArcTask Known = Task("known", [0, 1, 2], [3]);

    public static TheoryData<string, int[], int[]> Twins { get; } =
        new()
        {
            { "demonstrations in another order", [2, 0, 1], [3] },
            { "another test pair", [0, 1, 2], [4] },
            { "the test among the demonstrations", [0, 3, 1, 2], [4] },
            { "a demonstration asked as the test", [0, 1, 3], [2] },
            { "one demonstration dropped", [0, 2], [3] },
            { "one demonstration dropped, another test", [0, 2], [4] },
            { "one demonstration added", [0, 1, 4, 2], [3] },
            { "one demonstration added, another test", [0, 1, 4, 2], [5] },
            { "one demonstration dropped, one added", [0, 4, 2], [3] },
            { "a demonstration twice", [0, 1, 1, 2, 0], [3] },
            { "a demonstration as the test too", [0, 1, 2], [1] },
            { "two tests, one of them known", [1, 2, 0], [5, 3] },
        };

    [Theory]
    [MemberData(nameof(Twins))]
    public void Overlaps_KnownTaskWithPairsInOtherPlaces_IsATwinInAnyDisguise(string what, int[] demonstrations, int[] tests)
    {
        var task = Task("other", demonstrations, tests);
        for (ulong seed = 0; seed < 24; seed++)
        {
            var disguised = Disguise(task, new Seed(seed), (int)(seed % 8));
            Assert.True(Assert.Single(new TaskIndex([Known]).Overlaps(disguised)).IsTwin, what);
            Assert.True(Assert.Single(new TaskIndex([disguised]).Overlaps(Known)).IsTwin, what);
        }
    }

    [Theory]
    [InlineData(new[] { 4, 0, 5 }, new[] { 6 }, 1)]
    [InlineData(new[] { 4, 5, 6 }, new[] { 3 }, 1)]
    [InlineData(new[] { 4, 0, 5 }, new[] { 3 }, 2)]
    public void Overlaps_SomePairsInCommon_IsNoTwinAndCountsThem(int[] demonstrations, int[] tests, int expected)
    {
        var task = Disguise(Task("other", demonstrations, tests), new Seed(5), 5);
        Assert.Equal(new TaskOverlap("other", "known", TaskRelation.SharesPairs, expected), Assert.Single(new TaskIndex([Known]).Overlaps(task)));
    }

    [Fact]
    public void Overlaps_NothingInCommon_IsEmpty() => Assert.Empty(new TaskIndex([Known]).Overlaps(Task("other", [4, 5], [6])));

    [Theory]
    [InlineData(TaskRelation.Same, new[] { 2, 1, 0 }, new[] { 5 })]
    [InlineData(TaskRelation.Altered, new[] { 2, 1 }, new[] { 3 })]
    [InlineData(TaskRelation.Same, new[] { 2, 1, 0, 3 }, new[] { 5 })]
    [InlineData(TaskRelation.Altered, new[] { 2, 1, 0, 4 }, new[] { 5 })]
    [InlineData(TaskRelation.SharesPairs, new[] { 2, 5, 6 }, new[] { 3 })]
    public void Overlaps_Relation_SaysWhatTheTwoAreToEachOther(TaskRelation expected, int[] demonstrations, int[] tests) =>
        Assert.Equal(expected, Assert.Single(new TaskIndex([Known]).Overlaps(Task("other", demonstrations, tests))).Relation);

    [Fact]
    public void Overlaps_PairsThatNeedDifferentColours_AreOnePairInCommonOnly()
    {
        // One by one both pairs are alike; but 1 becomes 2 in the first and 1 in the second.
        var one = new ArcTask("one", [Pair("10", "01"), Pair("110", "011"), P[4]], [P[5]]);
        var other = new ArcTask("other", [Pair("20", "02"), Pair("110", "011"), P[2]], [P[3]]);
        Assert.Equal((TaskRelation.SharesPairs, 1), Relation(one, other));
        Assert.Equal((TaskRelation.SharesPairs, 2), Relation(one, other with { Train = [Pair("20", "02"), Pair("220", "022"), P[2]] }));
    }

    [Fact]
    public void Overlaps_PairsThatNeedDifferentOrientations_AreOnePairInCommonOnly()
    {
        var one = new ArcTask("one", [Pair("12/34", "1"), Pair("123/456", "1"), P[4]], [P[5]]);
        var other = new ArcTask("other", [Pair("21/43", "1"), Pair("123/456", "1"), P[1]], [P[3]]);
        Assert.Equal((TaskRelation.SharesPairs, 1), Relation(one, other));
    }

    [Fact]
    public void Overlaps_SeveralWaysToMatchAPair_FindsTheOneThatFitsAll()
    {
        // The first pair of one is alike with the first two of the other; only the second leaves 3 for 3.
        var one = new ArcTask("one", [Pair("12", "1"), Pair("132", "3")], [P[5]]);
        var other = new ArcTask("other", [Pair("13", "1"), Pair("12", "1"), Pair("132", "3")], [P[3]]);
        Assert.Equal((TaskRelation.Altered, 2), Relation(one, other));
    }

    [Fact]
    public void Overlaps_UnknownTestOutput_IsAnotherPairThanTheKnownOne()
    {
        var open = Known with { Id = "open", Test = [P[3] with { Output = null }] };
        Assert.Equal(new TaskOverlap("open", "known", TaskRelation.Same, 3), Assert.Single(new TaskIndex([Known]).Overlaps(open)));
    }

    [Fact]
    public void Overlaps_AnyGeneratedTaskInDisguiseAndAnotherOrder_IsTheSame() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 7])
            .Sample(
                (seed, orientation) =>
                {
                    var random = new CounterRandom(new Seed(seed));
                    var task = TaskFamilies.All[random.NextInt(TaskFamilies.All.Count)].Generate(random, new GeneratorLimits(7));
                    var other = Disguise(
                        task with
                        {
                            Id = "other",
                            Train = [.. random.NextPermutation(task.Train.Count).Select(i => task.Train[i])],
                        },
                        new Seed(seed),
                        orientation
                    );
                    return new TaskIndex([task]).Overlaps(other) is [{ Relation: TaskRelation.Same }];
                },
                iter: 300
            );

    [Fact]
    public void Overlaps_OneCellOfEveryPairChanged_IsNoTwin()
    {
        for (ulong seed = 0; seed < 200; seed++)
        {
            var task = TaskFamilies.Get("recolour").Generate(new CounterRandom(new Seed(seed)), new GeneratorLimits(7));
            ArcPair Changed(ArcPair pair) =>
                pair with
                {
                    Input = Grid.Create(
                        pair.Input.Height,
                        pair.Input.Width,
                        (row, column) => row + column == 0 ? (pair.Input[0, 0] + 1) % 10 : pair.Input[row, column]
                    ),
                };
            var other = new ArcTask("other", [.. task.Train.Select(Changed)], [.. task.Test.Select(Changed)]);
            Assert.DoesNotContain(new TaskIndex([task]).Overlaps(other), overlap => overlap.IsTwin);
        }
    }

    [Fact]
    public void Among_ThreeTasks_NamesEveryTwoWithAPairInCommonOnce()
    {
        var index = new TaskIndex([Known, Task("twin", [2, 1], [0]), Task("alone", [5], [6]), Task("some", [4, 3], [6])]);
        Assert.Equal(
            [("known", "twin", true), ("known", "some", false), ("alone", "some", false)],
            index.Among().Select(overlap => (overlap.Task, overlap.Other, overlap.IsTwin))
        );
    }

    [Fact]
    public void Overlaps_AThousandPairsThatAreAllAlike_EndsAndIsATwin()
    {
        // A file may be made to be slow: every pair could be matched with every other.
        ArcPair[] pairs =
        [
            .. Enumerable
                .Range(0, 90)
                .Select(i => new ArcPair(
                    Grid.FromRows([
                        [i / 9, (i / 9) == i % 9 ? 9 : i % 9],
                    ]),
                    Grid.FromRows([
                        [0],
                    ])
                )),
        ];
        var one = new ArcTask("one", pairs, [P[0]]);
        var other = new ArcTask("other", [.. pairs.Reverse()], [P[1]]);
        Assert.Equal(TaskRelation.Same, Relation(one, other).Relation);
    }

    private static (TaskRelation Relation, int Pairs) Relation(ArcTask one, ArcTask other)
    {
        var overlap = Assert.Single(new TaskIndex([other]).Overlaps(one));
        var back = Assert.Single(new TaskIndex([one]).Overlaps(other));
        Assert.Equal((overlap.Relation, overlap.Pairs), (back.Relation, back.Pairs));
        return (overlap.Relation, overlap.Pairs);
    }

    private static ArcTask Task(string id, int[] demonstrations, int[] tests) =>
        new(id, [.. demonstrations.Select(i => P[i])], [.. tests.Select(i => P[i])]);

    private static ArcTask Disguise(ArcTask task, Seed seed, int orientation)
    {
        var colours = new CounterRandom(seed).NextPermutation(10);
        Grid One(Grid grid) => Sketch.Orient(Sketch.Map(grid, cell => colours[cell]), orientation);
        ArcPair Both(ArcPair pair) => new(One(pair.Input), pair.Output is null ? null : One(pair.Output));
        return new ArcTask(task.Id, [.. task.Train.Select(Both)], [.. task.Test.Select(Both)]);
    }

    private static ArcPair Pair(string input, string output) => new(Rows(input), Rows(output));

    private static Grid Rows(string rows) => Grid.FromRows([.. rows.Split('/').Select(row => row.Select(digit => digit - '0').ToArray())]);
}
