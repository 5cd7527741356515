using CsCheck;
using Seal.Arc.Augmentations;
using Seal.Arc.Tasks;
using Seal.Arc.Views;
using Seal.Core.Randomness;

namespace Seal.Arc.Tests.Views;

public sealed class ArcViewsTests
{
    private static readonly Gen<Seed> Seeds = Gen.ULong.Select(value => new Seed(value));

    [SkippableFact]
    public void All_OfTheGoldenTasks_HasTheReferencesViews()
    {
        var tasks = Shared.Golden("augmenters.json");
        var compared = 0;
        foreach (var golden in Shared.Golden("inference_queries.json").EnumerateObject())
        {
            var task = Reference.Task(tasks.GetProperty(golden.Name).GetProperty("task"));
            foreach (var choice in golden.Value.EnumerateObject())
            {
                int[] leaveOut = [.. choice.Name.Trim('[', ']').Split(", ").Select(int.Parse)];
                var queries = choice
                    .Value.GetProperty("queries")
                    .EnumerateArray()
                    .Select(query => new ArcView(
                        Reference.Task(query.GetProperty("task")),
                        query.GetProperty("augmenter").GetString() is { } name ? Reference.Map(name) : new Identity()
                    ))
                    .ToList();

                // Orders are drawn once per choice of demonstrations, from a generator seeded anew for each number left out: replayed exactly.
                var unmapped = leaveOut.SelectMany(count => ArcViews.Unmapped(task, 0, count, 2, new MersenneTwister(0).Permutation)).ToList();
                Assert.Equal(Written(unmapped), Written(queries.Where(query => query.Map is Identity).Select(query => query.Task)));

                // Which of them is mapped depends on the order of a hash set: it is one of them, and each map occurs as often as ours.
                var seen = unmapped.ToHashSet(ArcTaskContent.Comparer);
                Assert.All(queries, query => Assert.Contains(query.Map.Inverse!.Apply(query.Task), seen));
                var ours = ArcViews.All(task, 0, leaveOut, 2, new Seed(1));
                Assert.Equal(Categories(queries, mapped: true), Categories(ours, mapped: true));
                Assert.InRange(ours.Count, queries.Count - 2, queries.Count + 2);
                compared++;
            }
        }

        Assert.Equal(12, compared);
    }

    [Fact]
    public void Invert_OfTheViewsOutput_IsTheTruth() =>
        Gen.Select(Draw.Task, Seeds, Gen.Int[0, 20])
            .Sample(
                (task, seed, count) =>
                {
                    var test = task.Test.Count - 1;
                    foreach (var view in ArcViews.Take(task, test, count, seed).Concat(ArcViews.All(task, test, [0, 1], 2, seed)))
                    {
                        Assert.Equal(task.Test[test].Output, view.Invert(Assert.Single(view.Task.Test).Output!));
                        Assert.Equal(task.Test[test].Input, view.Invert(view.Task.Test[0].Input));
                        Assert.All(view.Map.Inverse!.Apply(view.Task).Train, pair => Assert.Contains(pair, task.Train));
                    }
                }
            );

    [Fact]
    public void Take_Eight_IsThePapersMixtureWithThePlainViewFirst()
    {
        var task = Task(5);
        var views = ArcViews.Take(task, 0, 8, new Seed(3));

        Assert.True(ArcTaskContent.Comparer.Equals(task, views[0].Task));
        Assert.Equal(
            ["Flip(0)", "Flip(1)", "Identity()", "Identity()", "Identity()", "Rotate(180)", "Rotate(90)", "Transpose()"],
            views.Select(view => view.Category).Order(StringComparer.Ordinal)
        );
        Assert.All(views, view => Assert.Equal(5, view.Task.Train.Count));
    }

    [Fact]
    public void Take_MoreViews_BeginsWithTheFewer() =>
        Gen.Select(Draw.Task, Seeds, Gen.Int[0, 30], Gen.Int[0, 30])
            .Sample(
                (task, seed, a, b) =>
                {
                    var few = ArcViews.Take(task, 0, Math.Min(a, b), seed);
                    var many = ArcViews.Take(task, 0, Math.Max(a, b), seed);

                    Assert.InRange(few.Count, Math.Min(1, Math.Min(a, b)), Math.Min(a, b));
                    Assert.Equal(few.Select(view => ArcTaskJson.Write(view.Task)), many.Take(few.Count).Select(view => ArcTaskJson.Write(view.Task)));
                    Assert.Equal(many.Count, many.Select(view => view.Task).Distinct(ArcTaskContent.Comparer).Count());
                }
            );

    [Theory]
    [InlineData(1, 6)]
    [InlineData(2, 12)]
    [InlineData(3, 36)]
    public void Take_MoreThanThereAre_GivesNearlyAll(int demonstrations, int distinct) =>
        Assert.InRange(ArcViews.Take(Task(demonstrations), 0, 64, new Seed(3)).Count, distinct - 1, distinct);

    [Fact]
    public void Take_WithoutAKnownOutput_LeavesItUnknown()
    {
        var blind = Task(3) with
        {
            Test =
            [
                new ArcPair(
                    Grid.FromRows([
                        [1, 2],
                    ]),
                    null
                ),
            ],
        };

        Assert.All(ArcViews.Take(blind, 0, 8, new Seed(3)), view => Assert.Null(view.Task.Test[0].Output));
    }

    [Fact]
    public void All_LeavingOutMoreThanThereAre_HasNoViews() => Assert.Empty(ArcViews.All(Task(2), 0, [3], 2, new Seed(3)));

    private static ArcTask Task(int demonstrations) =>
        new(
            "a",
            [
                .. Enumerable
                    .Range(1, demonstrations)
                    .Select(i => new ArcPair(
                        Grid.FromRows([
                            [i, 0, 1],
                            [0, 2, 0],
                        ]),
                        Grid.FromRows([
                            [0, i, 2],
                        ])
                    )),
            ],
            [
                new(
                    Grid.FromRows([
                        [1, 2],
                        [3, 4],
                    ]),
                    Grid.FromRows([
                        [5, 6],
                    ])
                ),
            ]
        );

    private static IEnumerable<string> Written(IEnumerable<ArcTask> tasks) => tasks.Select(ArcTaskJson.Write).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Categories(IEnumerable<ArcView> views, bool mapped) =>
        views.Where(view => view.Map is not Identity == mapped).Select(view => view.Category).Order(StringComparer.Ordinal);

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Take_KindsOfAnEdit_ShowNoOtherKindAndLeadBack(bool geometry, bool colours)
    {
        ArcPair Pair(string rows) =>
            new(
                Grid.FromRows([.. rows.Split('/').Select(row => row.Select(cell => cell - '0').ToArray())]),
                Grid.FromRows([
                    [1, 2, 2],
                ])
            );
        var task = new ArcTask("few", [Pair("012/100"), Pair("120/002"), Pair("111/020")], [Pair("201/010")]);
        var views = ArcViews.Take(task, 0, 8, new Seed(4), new ViewKinds(geometry, colours));
        Assert.Equal(geometry || colours ? 8 : 6, views.Count);
        Assert.Equal(geometry, views.Any(view => view.Category != new Identity().Name));
        Assert.Equal(colours, views.Any(view => view.Task.Test[0].Input.Cells.IndexOfAnyExcept((byte)0, (byte)1, (byte)2) >= 0));
        Assert.All(views, view => Assert.Equal(task.Test[0].Output, view.Invert(view.Task.Test[0].Output!)));
    }
}
