using CsCheck;
using Seal.Core.Randomness;
using Seal.Core.Statistics;

namespace Seal.Core.Tests.Statistics;

public sealed class CrossedBootstrapTests
{
    private static readonly Seed Any = new(5);

    [Fact]
    public void Difference_NoSpreadAnywhere_IsThePointItself()
    {
        var difference = CrossedBootstrap.Difference(Table(3, 4, 2, (_, _, _) => 0.75), Table(3, 4, 2, (_, _, _) => 0.5), Any, 200);

        Assert.Equal(0.25, difference.Value);
        Assert.Equal(new Interval(0.25, 0.25), difference.Interval);
        Assert.Equal([0.25, 0.25, 0.25], difference.PerSeed);
    }

    [Fact]
    public void Difference_TaskSpreadSharedByBothArms_CancelsInThePairs()
    {
        // Tasks differ wildly but the arms always by 0.1: paired resampling must see that.
        var difference = CrossedBootstrap.Difference(Table(5, 9, 1, (_, t, _) => t + 0.1), Table(5, 9, 1, (_, t, _) => t), Any, 500);

        Assert.Equal(0.1, difference.Interval.Low, 9);
        Assert.Equal(0.1, difference.Interval.High, 9);
    }

    [Fact]
    public void Difference_SpreadBetweenSeedsOnly_GivesTheIntervalOfResampledSeeds()
    {
        // Two seeds with differences 0 and 1: resampled means are 0, 1/2, 1 with chances 1/4, 1/2, 1/4, so 95 % reaches both ends.
        var difference = CrossedBootstrap.Difference(Table(2, 6, 1, (s, _, _) => s), Table(2, 6, 1, (_, _, _) => 0), Any, 2000);

        Assert.Equal(0.5, difference.Value);
        Assert.Equal(new Interval(0, 1), difference.Interval);
        Assert.Equal([0.0, 1.0], difference.PerSeed);
    }

    [Fact]
    public void Difference_SameSeed_IsTheSameAndOrderOfScoresDoesNotMatter() =>
        Gen.Select(Gen.Double[0, 1].Array[24], Gen.ULong)
            .Sample(
                (values, seed) =>
                {
                    var scores = values.Select((value, i) => new Score(i % 2, $"t{i / 2 % 3}", value)).ToArray();
                    var swapped = scores.OrderByDescending(score => score.Task, StringComparer.Ordinal).ThenByDescending(score => score.Seed);
                    var other = Table(2, 3, 4, (_, _, _) => 0.5);
                    var a = CrossedBootstrap.Difference(ScoreTable.Of(scores), other, new Seed(seed), 50);
                    var b = CrossedBootstrap.Difference(ScoreTable.Of(swapped), other, new Seed(seed), 50);
                    Assert.Equal(a.Interval, b.Interval);
                    Assert.Equal(a.Value, b.Value);
                },
                iter: 50
            );

    [Fact]
    public void Difference_ArmsSwapped_TurnsTheSignOfTheValue() =>
        Gen.Double[0, 1]
            .Array[12]
            .Sample(
                values =>
                {
                    var a = Table(2, 3, 2, (s, t, e) => values[(s * 6) + (t * 2) + e]);
                    var b = Table(2, 3, 2, (_, t, _) => t / 3.0);
                    Assert.Equal(CrossedBootstrap.Difference(a, b, Any, 20).Value, -CrossedBootstrap.Difference(b, a, Any, 20).Value, 12);
                },
                iter: 50
            );

    [Fact]
    public void Estimate_Ratio_LeavesUndefinedResamplesOut()
    {
        var seal = Table(1, 2, 1, (_, t, _) => t);
        var oracle = Table(1, 2, 1, (_, t, _) => t);

        // Where both draws hit task 0 the ratio is 0 / 0: about a quarter of the resamples.
        var estimate = CrossedBootstrap.Estimate([seal, oracle], means => means[0] / means[1], Any, 400);

        Assert.Equal(new Interval(1, 1), estimate.Interval);
        Assert.InRange(estimate.Undefined, 60, 140);
    }

    [Fact]
    public void Of_TaskWithoutScoreUnderASeed_IsRefused() =>
        Assert.Contains(
            "Task b",
            Assert.Throws<ArgumentException>(() => ScoreTable.Of([new(1, "a", 0), new(1, "b", 0), new(2, "a", 0)])).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Difference_OtherTasks_IsRefused() =>
        Assert.Throws<ArgumentException>(() => CrossedBootstrap.Difference(Table(2, 3, 1, (_, _, _) => 0), Table(2, 4, 1, (_, _, _) => 0), Any));

    [Fact]
    public void Difference_SimulatedSweeps_CoversTheTruthWhereEditsAloneDoNot()
    {
        // Success = noise of seed × task effects on the difference plus edits; truth 0.15. Each draw is seeded, so this cannot flake.
        const int Sweeps = 120,
            Seeds = 8,
            Tasks = 12,
            Edits = 3;
        int crossed = 0,
            editsOnly = 0;
        for (var i = 0; i < Sweeps; i++)
        {
            var random = new CounterRandom(new Seed(99).Derive("sweep", $"{i}"));
            double[] bySeed = [.. Enumerable.Range(0, Seeds).Select(_ => 0.2 * random.NextGaussian())];
            double[] byTask = [.. Enumerable.Range(0, Tasks).Select(_ => 0.4 * random.NextGaussian())];
            double[] shared = [.. Enumerable.Range(0, Tasks).Select(_ => 0.3 * random.NextGaussian())];
            var arm = Table(Seeds, Tasks, Edits, (s, t, _) => 0.15 + bySeed[s] + byTask[t] + shared[t] + (0.3 * random.NextGaussian()));
            var baseline = Table(Seeds, Tasks, Edits, (_, t, _) => shared[t] + (0.3 * random.NextGaussian()));
            if (CrossedBootstrap.Difference(arm, baseline, new Seed((ulong)i), 250).Interval.Contains(0.15))
            {
                crossed++;
            }

            // What one would do who took all edits as independent: one cell that holds them all.
            if (CrossedBootstrap.Difference(Flat(arm), Flat(baseline), new Seed((ulong)i), 250).Interval.Contains(0.15))
            {
                editsOnly++;
            }
        }

        Assert.InRange(crossed / (double)Sweeps, 0.88, 0.99);
        Assert.InRange(editsOnly / (double)Sweeps, 0, 0.75);
    }

    private static ScoreTable Flat(ScoreTable table) =>
        ScoreTable.Of(
            from s in Enumerable.Range(0, table.Seeds.Count)
            from t in Enumerable.Range(0, table.Tasks.Count)
            from value in table[s, t].ToArray()
            select new Score(0, "all", value)
        );

    private static ScoreTable Table(int seeds, int tasks, int edits, Func<int, int, int, double> value, long first = 0) =>
        ScoreTable.Of(
            from s in Enumerable.Range(0, seeds)
            from t in Enumerable.Range(0, tasks)
            from e in Enumerable.Range(0, edits)
            select new Score(first + s, $"t{t}", value(s, t, e))
        );
}
