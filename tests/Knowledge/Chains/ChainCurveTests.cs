using Seal.Knowledge.Chains;

namespace Seal.Knowledge.Tests.Chains;

/// <summary>Two chains of two passages, worked out by hand.</summary>
public sealed class ChainCurveTests
{
    private static readonly ChainReport First = new(
        [0, 0.2],
        [
            [0.5],
            [0.3, 0.6],
        ],
        [1, 0.8, 0.7],
        [true, true],
        []
    );
    private static readonly ChainReport Second = new(
        [0.1, 0.1],
        [
            [0.9],
            [0.1, 0.5],
        ],
        [1, 0.9, 0.9],
        [true, false],
        []
    );
    private readonly ChainCurve _curve = new([("one", First), ("two", Second)]);

    [Fact]
    public void Gains_AfterEachTraining_AreOverThePassagesSoFar()
    {
        Assert.Equal([1, 2], _curve.Gains.Select(one => one.Trainings));
        // (0.5 + 0.8) / 2, and ((0.3 + 0.4) / 2 + (0 + 0.4) / 2) / 2.
        Assert.Equal([0.65, 0.275], _curve.Gains.Select(one => one.Gain.Mean), Near);
    }

    [Fact]
    public void OwnEdit_IsEachPassageRightAfterItsTraining() => Assert.Equal(0.525, _curve.OwnEdit!.Value.Mean, 12);

    /// <summary>Half of what each passage gained beside it, in every draw of tasks: the interval is the ratio alone.</summary>
    [Fact]
    public void OwnEditShareOf_RowThatGainsHalf_IsHalf()
    {
        static ChainReport Halved(ChainReport chain) =>
            chain with
            {
                After = [.. chain.After.Select(row => (IReadOnlyList<double>)[.. row.Select((share, j) => (share + chain.Untouched[j]) / 2)])],
            };
        // Tasks are paired by name, whatever their order is, and one that the other row has not is left out.
        var half = new ChainCurve([("two", Halved(Second)), ("three", First), ("one", Halved(First))]).OwnEditShareOf(_curve)!.Value;

        Assert.Equal([0.5, 0.5, 0.5], [half.Mean, half.Interval.Low, half.Interval.High], Near);
    }

    [Fact]
    public void OwnEditShareOf_RowsThatMergeNothing_IsNone()
    {
        var joint = new ChainCurve([
            (
                "one",
                First with
                {
                    After =
                    [
                        [0.5, 0.5],
                    ],
                    Merged = [],
                }
            ),
        ]);
        Assert.Null(joint.OwnEditShareOf(_curve));
        Assert.Null(_curve.OwnEditShareOf(joint));
    }

    [Fact]
    public void Triangle_HasTheMeanDifferenceOfEachPassageAfterEachTraining()
    {
        Assert.Equal([0.65], _curve.Triangle[0], Near);
        Assert.Equal([0.15, 0.4], _curve.Triangle[1], Near);
    }

    [Fact]
    public void Background_IsWhatWasLostInTheEnd() => Assert.Equal((-0.2, 0.75), (_curve.Background!.Value.Mean, _curve.Merged));

    [Fact]
    public void Gains_WithoutChains_AreThoseOfAllPassages()
    {
        var joint = new ChainCurve([
            (
                "one",
                new ChainReport(
                    [0, 0.2],
                    [
                        [0.5, 0.5],
                    ],
                    [],
                    [],
                    []
                )
            ),
        ]);
        Assert.Equal((2, 0.4), (joint.Gains.Single().Trainings, joint.Gains.Single().Gain.Mean));
        Assert.Empty(joint.Triangle);
        Assert.Null(joint.OwnEdit);
        Assert.Null(joint.Background);
    }

    /// <summary>Two seeds on the same two tasks: four chains, and still two cases.</summary>
    [Fact]
    public void Gains_SameTasksUnderMoreSeeds_HaveTheSameInterval()
    {
        var twice = new ChainCurve([("one", First), ("two", Second), ("one", First), ("two", Second)]);
        Assert.Equal(2, twice.Count);
        Assert.Equal(_curve.Gains.Select(one => one.Gain), twice.Gains.Select(one => one.Gain));
        // Of two cases a resample has both, or one of them twice.
        Assert.Equal((0.5, 0.8), (_curve.Gains[0].Gain.Interval.Low, Math.Round(_curve.Gains[0].Gain.Interval.High, 12)));
    }

    [Fact]
    public void Of_ChainsOfOtherLengths_IsRefused() =>
        Assert.Throws<ArgumentException>(() =>
            new ChainCurve([
                ("one", First),
                (
                    "two",
                    new ChainReport(
                        [0],
                        [
                            [1],
                        ],
                        [],
                        [true],
                        []
                    )
                ),
            ])
        );

    private static bool Near(double one, double other) => Math.Abs(one - other) < 1e-12;
}
