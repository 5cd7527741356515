using Seal.Core.Results;
using Seal.Core.Tables;

namespace Seal.Core.Tests.Tables;

/// <summary>Solved against inner loops spent, by cases worked out by hand.</summary>
public sealed class SearchCostTests
{
    private static readonly string[] Edits = HandTable.Edits;

    /// <summary>Self-edit 0 solves everything, the others nothing: whoever looks at all of them once knows it.</summary>
    [Fact]
    public void Of_OneGoodSelfEdit_IsFoundByEverySearch()
    {
        var points = Points((_, edit) => edit == 0, ["ta", "tb", "tc"]);

        var random = Assert.Single(points, point => point.Strategy == SearchCost.Random);
        Assert.Equal((0.0, 1.0 / Edits.Length), (random.Loops, random.Solved));
        foreach (var strategy in new[] { SearchCost.Exhaustive, SearchCost.Halving, SearchCost.Ucb })
        {
            Assert.Equal(3, points.Count(point => point.Strategy == strategy)); // 1, 2 and all 3 training tasks
            Assert.All(points.Where(point => point.Strategy == strategy), point => Assert.Equal(1, point.Solved));
        }

        Assert.Equal(new[] { 1.0, 2, 3 }.Select(tasks => tasks * Edits.Length), Loops(points, SearchCost.Exhaustive));
    }

    /// <summary>On the training tasks self-edit 1 is best, on the evaluation tasks self-edit 0: the search finds what it was shown.</summary>
    [Fact]
    public void Of_TrainingTasksThatMislead_EndsWhereTheyLead()
    {
        var points = Points((task, edit) => task.StartsWith('t') ? edit == 1 : edit == 0, ["ta", "tb"]);

        // Those that draw fewer self-edits than there are may miss the one that misleads.
        var drawn = points.Where(point => point.Strategy == SearchCost.Drawn).ToArray();
        Assert.All(points.Where(point => point.Strategy is not (SearchCost.Random or SearchCost.Drawn)), point => Assert.Equal(0, point.Solved));
        Assert.Equal(0, drawn[^1].Solved);
        Assert.Null(SearchCost.Crossing(points, "base", "seal"));
    }

    /// <summary>Equal looks are one inner loop: no search spends more than the table has.</summary>
    [Fact]
    public void Of_AnyTable_NeverSpendsMoreThanTheTable() =>
        Assert.All(
            Points((task, edit) => (task[^1] + edit) % 2 == 0, ["ta", "tb", "tc", "td", "te"]),
            point => Assert.InRange(point.Loops, 0, 5 * Edits.Length)
        );

    /// <summary>Halving spends less than the exhaustive constant on the same budget, where there is something to leave out.</summary>
    [Fact]
    public void Halving_OfManySelfEdits_LooksAtTheBadOnesLess()
    {
        string[] edits = [.. Enumerable.Range(0, 8).Select(i => $$"""{"rate":{{i}}}""")];
        var table = HandTable.Run((_, edit, _) => HandTable.Trial(edit == 5), edits: edits, training: ["ta", "tb", "tc", "td"]);
        var points = SearchCost.Of(HandTable.Results(table));

        var halving = points.Where(point => point.Strategy == SearchCost.Halving).ToArray();
        Assert.Equal(1, halving[^1].Solved);
        Assert.True(halving[^1].Loops < Loops(points, SearchCost.Exhaustive)[^1]);
    }

    /// <summary>One of four self-edits solves everything. Drawn one, two, four at a time, each on both training tasks, it is found in as many of a
    /// hundred searches as it is drawn: a quarter, a half, all.</summary>
    [Fact]
    public void Drawn_MoreSelfEdits_FindsTheGoodOneAsOftenAsItIsDrawn()
    {
        var table = HandTable.Run((_, edit, _) => HandTable.Trial(edit == 2), training: ["ta", "tb"]);
        var points = SearchCost.Of(HandTable.Results(table)).Where(point => point.Strategy == SearchCost.Drawn).ToArray();

        Assert.Equal([2.0, 4, 8], points.Select(point => point.Loops));
        Assert.InRange(points[0].Solved, 0.12, 0.38);
        Assert.InRange(points[1].Solved, 0.35, 0.65);
        Assert.Equal(1, points[2].Solved);
    }

    /// <summary>A large schema's table holds a draw of it: a learner that writes something else stands beside it, with what it spent and
    /// solved.</summary>
    [Fact]
    public void Learned_SelfEditsThatTheTableLacks_CountAllTheSame()
    {
        var table = HandTable.Run((_, edit, _) => HandTable.Trial(edit == 0), training: ["tr"], edits: [Edits[0], Edits[1]]);
        var learner = HandTable.Learner(1, [Edits[2], Edits[3]], ("ea", [Edits[2]]), ("eb", [Edits[3]]));
        var last = SearchCost.Of(HandTable.Results(table, learner)).Last(point => point.Strategy == "seal");

        Assert.Equal((2.0, 1.0), (last.Loops, last.Solved));
    }

    [Fact]
    public void Learned_AfterEachRound_CountsDifferentInnerLoopsOnce()
    {
        var table = HandTable.Run((_, edit, _) => HandTable.Trial(edit == 0), training: ["tr"]);
        var learner = LookUpRowsTests.Learner([Edits[0], Edits[0], Edits[1]]);
        var points = SearchCost.Of(HandTable.Results(table, learner)).Where(point => point.Strategy == "seal").ToArray();

        Assert.Equal(0, points[0].Loops);
        Assert.Equal(2, points[^1].Loops); // two of the three self-edits are equal
    }

    [Fact]
    public void Learned_WithSeveralTrials_CountsEachOfThem()
    {
        var table = HandTable.Run((_, edit, _) => HandTable.Trial(edit == 0), training: ["tr"]);
        var learner = SmallTable.Each(
            LookUpRowsTests.Learner([Edits[0], Edits[0], Edits[1]]),
            (_, one) => one with { More = [HandTable.Trial(true), HandTable.Trial(false)] }
        );
        var points = SearchCost.Of(HandTable.Results(table, learner)).Where(point => point.Strategy == "seal").ToArray();

        Assert.Equal(6, points[^1].Loops); // two different ones, three trials each
    }

    /// <summary>The learner ends with half of the tasks. One self-edit solves all of them: whoever finds it at the least price is named.</summary>
    [Fact]
    public void Crossing_SeveralSearchesAsGood_NamesTheCheapest()
    {
        var table = HandTable.Run((task, edit, _) => HandTable.Trial(edit == 0 || (edit == 1 && task == "ea")), training: ["tr", "ts"]);
        var points = SearchCost.Of(HandTable.Results(table, HandTable.Learner(1, [Edits[0]], ("ea", [Edits[1]]), ("eb", [Edits[1]]))));
        var worse = points.Select(point => point.Strategy == "seal" ? point with { Solved = 0.5 } : point).ToArray();
        var crossing = SearchCost.Crossing(worse, "base", "seal");

        Assert.NotNull(crossing);
        var asGood = worse.Where(point => point.Solved >= 0.5 && point.Strategy is not ("seal" or SearchCost.Random)).ToArray();
        Assert.Equal(asGood.Min(point => point.Loops), crossing.Loops);
        Assert.Contains(crossing, asGood);
    }

    [Fact]
    public void Of_NoTable_HasNoPoints() => Assert.Empty(SearchCost.Of(HandTable.Results(LookUpRowsTests.Learner([Edits[0]]))));

    private static IReadOnlyList<SearchPoint> Points(Func<string, int, bool> solves, string[] training) =>
        SearchCost.Of(HandTable.Results(HandTable.Run((task, edit, _) => HandTable.Trial(solves(task, edit)), training: training)));

    private static double[] Loops(IReadOnlyList<SearchPoint> points, string strategy) =>
        [.. points.Where(point => point.Strategy == strategy).Select(point => point.Loops)];
}
