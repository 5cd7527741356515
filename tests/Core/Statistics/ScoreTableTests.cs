using Seal.Core.Statistics;

namespace Seal.Core.Tests.Statistics;

/// <summary>Scores by seed and task, and which tables can be compared.</summary>
public sealed class ScoreTableTests
{
    [Fact]
    public void Mean_OfTasksWithUnequallyManySelfEdits_CountsEveryTaskTheSame()
    {
        // Under seed 1: (1 + 0) / 2 = ½ and ¼; under seed 2: 1 and 0.
        var table = ScoreTable.Of([
            new(2, "a", 1),
            new(2, "b", 0),
            new(1, "a", 1),
            new(1, "b", 1),
            new(1, "a", 0),
            new(1, "b", 0),
            new(1, "b", 0),
            new(1, "b", 0),
        ]);

        Assert.Equal([1L, 2L], table.Seeds);
        Assert.Equal(["a", "b"], table.Tasks);
        Assert.Equal([0.375, 0.5], table.PerSeed());
        Assert.Equal(0.4375, table.Mean);
        Assert.Equal([1, 0, 0, 0], table[0, 1].ToArray());
    }

    [Fact]
    public void Of_NoScores_IsRefused() =>
        Assert.Equal("There are no scores to compare.", Assert.Throws<ArgumentException>(() => ScoreTable.Of([])).Message);

    [Fact]
    public void Of_TaskWithoutAScoreUnderASeed_IsRefusedByName() =>
        Assert.StartsWith(
            "Task b has no finite score under seed 2;",
            Assert.Throws<ArgumentException>(() => ScoreTable.Of([new(1, "a", 1), new(1, "b", 1), new(2, "a", 1)])).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Of_ScoreThatIsNoNumber_IsRefused() =>
        Assert.Throws<ArgumentException>(() => ScoreTable.Of([new(1, "a", double.NaN), new(1, "a", 1)]));

    [Fact]
    public void Common_OfTablesUnderDifferentSeeds_IsWhatAllOfThemHave()
    {
        var (first, second) = (Table("a", (1, 0.1), (2, 0.2), (3, 0.3)), Table("a", (2, 0.4), (3, 0.5), (4, 0.6)));
        var common = first.Common(second, Table("a", (3, 0.7), (2, 0.8)));

        Assert.All(common, table => Assert.Equal([2L, 3L], table.Seeds));
        Assert.Equal(
            [
                [0.2, 0.3],
                [0.4, 0.5],
                [0.8, 0.7],
            ],
            common.Select(table => table.PerSeed())
        );
    }

    [Fact]
    public void Common_OfTablesThatShareNothing_IsEmpty()
    {
        Assert.Empty(Table("a", (1, 0)).Common(Table("a", (2, 0))));
        Assert.Empty(Table("a", (1, 0)).Common(Table("b", (1, 0))));
        Assert.Empty(Table("a", (1, 0)).Common(Table("a", (1, 0)), Table("b", (1, 0))));
        Assert.Equal(2, Table("a", (1, 0)).Common(Table("a", (1, 0))).Count);
    }

    [Fact]
    public void PairsWith_OtherSeedsOrTasks_IsFalse()
    {
        Assert.True(Table("a", (1, 0)).PairsWith(Table("a", (1, 1))));
        Assert.False(Table("a", (1, 0)).PairsWith(Table("a", (2, 0))));
        Assert.False(Table("a", (1, 0)).PairsWith(Table("b", (1, 0))));
    }

    private static ScoreTable Table(string task, params (long Seed, double Value)[] scores) =>
        ScoreTable.Of(scores.Select(score => new Score(score.Seed, task, score.Value)));
}
