using Seal.Core.Candidates;
using Seal.Core.Results;
using Seal.Core.Statistics;
using Seal.Core.Tests.Support;

namespace Seal.Core.Tests.Results;

/// <summary>A row of the table, counted by hand.</summary>
public sealed class ResultTableTests
{
    [Fact]
    public void Of_CandidatesOfEveryEnding_CountsEachWhereItBelongs()
    {
        var run = Records.Run(
            "seal",
            1,
            Records.Phase(
                "evaluate-0",
                0,
                Records.Task("ta", Records.Scored(0, "a", true, steps: 7), Records.Invalid(1), Records.Failed(2, "b", steps: 3), Records.Invalid(3)),
                Records.Task("tb", Records.Scored(0, "a", false, steps: 20), Records.Poisoned(1, "c"))
            )
        );

        var row = Assert.Single(ResultTable.Of([run]));

        // Trials: a, the two texts, b on ta; a and c on tb.
        Assert.Equal(new ResultRow("base", "seal", 0, 6, 2, 1, 1, null, null, 2, 1, 30, 1, 6), row);
    }

    [Fact]
    public void Of_SharedTrials_CountsTheirStepsOnceAndTheirCandidatesAll()
    {
        var run = Records.Run(
            "seal",
            1,
            Records.Phase(
                "evaluate-0",
                0,
                Records.Task(
                    "ta",
                    Records.Scored(0, "a", true, steps: 10),
                    Records.Scored(1, "a", true, steps: 10, duplicateOf: 0),
                    Records.Scored(2, "b", false, steps: 4)
                )
            )
        );

        var row = Assert.Single(ResultTable.Of([run]));

        Assert.Equal((14L, 3, 2, 2), (row.Steps, row.Candidates, row.Solved, row.Trials));
        Assert.Equal(Wilson.Interval(2.0 / 3, 2), row.SolvedInterval);
    }

    [Fact]
    public void Of_RunsOfSeveralSeeds_AreOneRowPerArmAndRoundInPlanOrder()
    {
        var runs = new[] { 2L, 1L }.SelectMany(seed =>
            new[]
            {
                Records.Run(
                    "seal",
                    seed,
                    Evaluation(0, false),
                    Records.Phase("train-1", 1, Records.Task("tr", Records.Scored(0, "a", true))),
                    Evaluation(1, true)
                ),
                Records.Run("random", seed, Evaluation(0, seed == 1)),
            }
        );

        var rows = ResultTable.Of([.. runs]);

        Assert.Equal(
            [("seal", 0, 2, 0), ("seal", 1, 2, 2), ("random", 0, 2, 1)],
            rows.Select(row => (row.Arm, row.Round, row.Candidates, row.Solved))
        );
        Assert.All(rows, row => Assert.Equal(2, row.Tasks));
    }

    [Fact]
    public void Of_EqualSelfEditsUnderOtherInnerSeeds_AreTrialsOfTheirOwn()
    {
        var run = Records.Run("a", 1, Records.Phase("evaluate-0", 0, Records.Task("ta", Records.Scored(0, "a", true, details: "one"))));
        var other = Records.Run("a", 2, Records.Phase("evaluate-0", 0, Records.Task("ta", Records.Scored(0, "a", true, details: "two"))));
        var same = Records.Run("a", 3, Records.Phase("evaluate-0", 0, Records.Task("ta", Records.Scored(0, "a", true, details: "two"))));

        Assert.Equal(2, Assert.Single(ResultTable.Of([run, other, same])).Trials);
    }

    [Theory]
    [InlineData(null, 2, 2)]
    [InlineData("exact", 2, 2)]
    [InlineData("vote-top-1", 1, 1)]
    [InlineData("vote-top-2", 3, 2)]
    public void Of_EachScore_CountsAsSolvedWhatItSaysAndKeepsTheOthersBesideIt(string? score, int solved, int tasksSolved)
    {
        var run = Records.Run(
            "seal",
            1,
            Records.Phase(
                "evaluate-0",
                0,
                Records.Task("ta", Records.Scored(0, "a", true, votes: (false, true)), Records.Scored(1, "b", false, votes: (true, true))),
                Records.Task("tb", Records.Scored(0, "a", true, votes: (false, true)), Records.Scored(1, "b", false, votes: (false, false)))
            )
        ) with
        {
            Score = score,
        };

        var row = Assert.Single(ResultTable.Of([run]));

        Assert.Equal((solved, tasksSolved, 2, 1, 3), (row.Solved, row.TasksSolved, row.Exact, row.VoteTop1, row.VoteTop2));
        Assert.Equal(score, row.Score);
    }

    [Fact]
    public void Of_RowWithoutCandidates_IsAsUncertainAsCanBe() =>
        Assert.Equal(
            new Interval(0, 1),
            Assert.Single(ResultTable.Of([Records.Run("a", 1, Records.Phase("evaluate-0", 0, Records.Task("ta")))])).SolvedInterval
        );

    [Fact]
    public void Of_ChecksAndThingsToLookAt_AreNoRows()
    {
        var phases = new[] { "train-1", "again-train-1", "cross-old-on-new-1", "show-evaluate-1", "table-evaluate-0" };
        var run = Records.Run("seal", 1, [.. phases.Select(name => Records.Phase(name, 1, Records.Task("ta", Records.Scored(0, "a", true))))]);

        Assert.Empty(ResultTable.Of([run]));
    }

    private static PhaseRecord Evaluation(int round, bool solved) =>
        Records.Phase($"evaluate-{round}", round, Records.Task("ta", Records.Scored(0, "a", solved)));
}
