using CsCheck;
using Seal.Arc.Augmentations;
using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Tests.Augmentations;

public sealed class AugmentationTests
{
    private static readonly GridMap[] Dihedral =
    [
        new Identity(),
        new Rotate(90),
        new Rotate(180),
        new Rotate(270),
        new Flip(0),
        new Flip(1),
        new Transpose(),
    ];

    private static readonly IAugmentation[] All =
    [
        .. AugmentationGroups.For(new AugmentationSwitches(true, true, true, true)),
        new PermuteColours(),
        new PermuteExamples(),
    ];

    private static readonly Gen<Seed> Seeds = Gen.ULong.Select(value => new Seed(value));

    [Fact]
    public void Inverse_AfterApply_GivesTheTaskBack() =>
        Gen.Select(Draw.Task, Seeds, Gen.Int[-9, 9], Gen.Int[-9, 9])
            .Sample(
                (task, seed, rows, columns) =>
                {
                    var random = new CounterRandom(seed);
                    IAugmentation[] invertible =
                    [
                        .. Dihedral,
                        new Roll(rows, columns),
                        PermuteColours.Draw(task, random),
                        new ExampleOrder([.. random.NextPermutation(task.Train.Count)]),
                        new Chain(
                            new Rotate(90),
                            new Roll(rows, columns),
                            new Transpose(),
                            new ExampleOrder([.. random.NextPermutation(task.Train.Count)])
                        ),
                    ];
                    foreach (var augmentation in invertible)
                    {
                        var there = augmentation.Apply(task, random);
                        Assert.Equal(ArcTaskJson.Write(task), ArcTaskJson.Write(augmentation.Inverse!.Apply(there, random)));
                    }
                }
            );

    [Fact]
    public void Dihedral_Elements_FormTheGroupOfTheSquare() =>
        Draw.Grid.Sample(grid =>
        {
            Grid R(Grid g) => new Rotate(90).Apply(g);
            Grid F(Grid g) => new Flip(1).Apply(g);

            Assert.Equal(grid, R(R(R(R(grid)))));
            Assert.Equal(grid, F(F(grid)));
            Assert.Equal(F(R(grid)), R(R(R(F(grid)))));
            Assert.Equal(new Rotate(180).Apply(grid), R(R(grid)));
            Assert.Equal(new Rotate(270).Apply(grid), R(R(R(grid))));
            Assert.Equal(new Flip(0).Apply(grid), R(R(F(grid))));
            Assert.Equal(new Transpose().Apply(grid), R(F(grid)));
        });

    [Fact]
    public void Apply_OfEveryRegisteredAugmentation_KeepsIdAndCountsAndUnknownOutputs() =>
        Gen.Select(Draw.Task, Seeds, Gen.Int[0, All.Length - 1])
            .Sample(
                (task, seed, index) =>
                {
                    var blind = task with { Test = [.. task.Test.Select(pair => pair with { Output = null })] };
                    var result = All[index].Apply(blind, new CounterRandom(seed));

                    Assert.Equal((task.Id, task.Train.Count, task.Test.Count), (result.Id, result.Train.Count, result.Test.Count));
                    Assert.All(result.Train, pair => Assert.NotNull(pair.Output));
                    Assert.All(result.Test, pair => Assert.Null(pair.Output));
                }
            );

    [Fact]
    public void Apply_WithTheSameSeed_GivesTheSameTask() =>
        Gen.Select(Draw.Task, Seeds, Gen.Int[0, All.Length - 1])
            .Sample(
                (task, seed, index) =>
                    ArcTaskContent.Comparer.Equals(All[index].Apply(task, new CounterRandom(seed)), All[index].Apply(task, new CounterRandom(seed)))
            );

    [Fact]
    public void PermuteColours_OfATask_KeepsItsStructure() =>
        Gen.Select(Draw.Task, Seeds)
            .Sample(
                (task, seed) =>
                {
                    var recoloured = new PermuteColours().Apply(task, new CounterRandom(seed));
                    var forth = new Dictionary<byte, byte> { [0] = 0 };
                    var back = new Dictionary<byte, byte> { [0] = 0 };
                    foreach (var (before, after) in Grids(task).Zip(Grids(recoloured)))
                    {
                        Assert.Equal((before.Height, before.Width), (after.Height, after.Width));
                        for (var i = 0; i < before.Cells.Length; i++)
                        {
                            // One colour goes to one colour everywhere, and no two colours to one.
                            forth.TryAdd(before.Cells[i], after.Cells[i]);
                            back.TryAdd(after.Cells[i], before.Cells[i]);
                            Assert.Equal((forth[before.Cells[i]], back[after.Cells[i]]), (after.Cells[i], before.Cells[i]));
                        }
                    }
                }
            );

    [Fact]
    public void PermuteColours_WhileUnusedColoursLast_ChangesEveryColourButZero()
    {
        var task = new ArcTask(
            "a",
            [
                new(
                    Grid.FromRows([
                        [0, 1, 2],
                    ]),
                    Grid.FromRows([
                        [3],
                    ])
                ),
            ],
            [
                new(
                    Grid.FromRows([
                        [4],
                    ]),
                    null
                ),
            ]
        );
        Seeds.Sample(seed =>
        {
            var map = PermuteColours.Draw(task, new CounterRandom(seed));
            Assert.Equal(0, map.Colours[0]);
            for (var colour = 1; colour <= 4; colour++)
            {
                Assert.InRange(map.Colours[colour], 5, 9);
            }
        });
    }

    [Fact]
    public void PermuteExamples_OverSeeds_ReachesEveryOrder()
    {
        var task = new ArcTask(
            "a",
            [
                .. Enumerable
                    .Range(1, 3)
                    .Select(i => new ArcPair(
                        Grid.FromRows([
                            [i],
                        ]),
                        Grid.FromRows([
                            [i],
                        ])
                    )),
            ],
            [
                new(
                    Grid.FromRows([
                        [4],
                    ]),
                    null
                ),
            ]
        );

        var orders = Enumerable
            .Range(0, 200)
            .Select(seed => new PermuteExamples().Apply(task, new CounterRandom(new Seed((ulong)seed))))
            .Select(permuted => string.Concat(permuted.Train.Select(pair => pair.Input)))
            .Distinct();

        Assert.Equal(["123", "132", "213", "231", "312", "321"], orders.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void RandomTranslate_OfPairsOfOneSize_ShiftsThemAlikeByAtMostThree()
    {
        var grid = Grid.Create(6, 7, (row, column) => row == 0 && column == 0 ? 1 : 0);
        var task = new ArcTask("a", [new(grid, grid), new(grid, grid)], [new(grid, grid)]);
        Seeds.Sample(seed =>
        {
            var shifted = new RandomTranslate().Apply(task, new CounterRandom(seed));

            Assert.All(shifted.Train.Concat(shifted.Test), pair => Assert.Equal(shifted.Train[0], pair));
            Assert.All(
                new[] { shifted.Train[0].Input, shifted.Train[0].Output! },
                moved =>
                {
                    var at = moved.Cells.IndexOf((byte)1);
                    Assert.InRange(at / 7, 0, 3);
                    Assert.InRange(at % 7, 0, 3);
                }
            );
        });
    }

    [Fact]
    public void Names_InTheRegistry_AreUnique() =>
        Assert.Equal(All.Length, All.Select(augmentation => augmentation.Name).Distinct(StringComparer.Ordinal).Count());

    [Fact]
    public void Construction_OutOfRange_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Rotate(45));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Flip(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Enlarge(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Repeat(0, 0));
        Assert.Throws<ArgumentException>(() => new ColourMap([0, 0, 2, 3, 4, 5, 6, 7, 8, 9]));
        Assert.Throws<ArgumentException>(() => ColourMap.Complete(new Dictionary<byte, byte> { [1] = 2, [3] = 2 }));
        Assert.Throws<ArgumentException>(() => new ExampleOrder([0, 2]));
        Assert.Throws<ArgumentException>(() => new ExampleOrder([1, 0]).Apply(new ArcTask("a", [], [])));
    }

    private static IEnumerable<Grid> Grids(ArcTask task) => task.Train.Concat(task.Test).SelectMany(pair => new[] { pair.Input, pair.Output! });
}
