using Seal.Client.Knowledge;
using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Results;
using Seal.Core.Sweeps;

namespace Seal.Client.Tests.Knowledge;

/// <summary>The table by question format: means, and rows that cannot be compared.</summary>
public sealed class WorldTableTests
{
    [Fact]
    public void Of_TwoSeeds_AveragesOverAllTrials()
    {
        var rows = WorldTable.Of(Results(Run("turn", 1, 30, 4500, 0.2), Run("turn", 2, 30, 4540, 0.4)));

        var row = Assert.Single(rows);
        Assert.Equal(("turn", 0, 2, 30, 4520, false), (row.Arm, row.Round, row.Trials, row.Steps, row.Tokens, row.IsExempt));
        Assert.Equal(0.3, row["forward_accuracy"]!.Value, 12);
        Assert.Null(row["gain"]);
    }

    [Theory]
    [InlineData(30, 4590, null)]
    [InlineData(30, 4600, "other has 30.0 steps and 4600 tokens, others 30.0 and 4500")]
    [InlineData(31, 4500, "other has 31.0 steps and 4500 tokens, others 30.0 and 4500")]
    public void Unequal_RowThatTrainedLonger_IsNamed(int steps, long tokens, string? told)
    {
        var rows = WorldTable.Of(
            Results(Run("turn", 1, 30, 4500, 0.2), Run("say", 1, 30, 4500, 0.2), Run("other", 1, steps, tokens, 0.2), Run("nothing", 1, 0, 0, 0))
        );

        Assert.Equal(told is null ? [] : [told], WorldTable.Unequal(rows));
    }

    /// <summary>Fewer tokens are what the raw passage stands for.</summary>
    [Fact]
    public void Unequal_RawPassage_IsNotHeldToTheOthers() =>
        Assert.Empty(WorldTable.Unequal(WorldTable.Of(Results(Run("turn", 1, 30, 4500, 0.2), Run("raw", 1, 30, 2200, 0.2, "rule raw")))));

    private static SweepResults Results(params RunRecord[] runs) => new("world", "model", "fake-1", [], [], runs);

    private static RunRecord Run(string arm, long seed, int steps, long tokens, double forward, string payload = "rule turn*6") =>
        new(
            $"base-{arm}-s{seed}",
            "base",
            arm,
            seed,
            [],
            [
                new PhaseRecord(
                    new PhaseId(PhaseKind.Evaluate, 0),
                    0,
                    "model",
                    0,
                    null,
                    [
                        new TaskRecord(
                            "passage",
                            0,
                            [
                                new CandidateRecord(
                                    0,
                                    payload,
                                    null,
                                    CandidateState.Scored,
                                    null,
                                    new TrialResult(null, [new Observation("forward_accuracy", forward)], steps, tokens, null, null, null),
                                    null
                                ),
                            ]
                        ),
                    ]
                ),
            ],
            Complete: true
        );
}
