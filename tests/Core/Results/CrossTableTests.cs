using Seal.Core.Results;
using Seal.Core.Statistics;
using Seal.Core.Tests.Support;

namespace Seal.Core.Tests.Results;

/// <summary>Which phase stands in which of the four cells.</summary>
public sealed class CrossTableTests
{
    [Fact]
    public void Of_ArmThatFineTunesItsPolicy_TakesNewOnNewFromItsLastEvaluation()
    {
        // Each phase solves another number of its four candidates, so that no two can be mistaken for each other.
        var run = Records.Run(
            "seal",
            1,
            Phase("evaluate-0", 0),
            Phase("evaluate-2", 4),
            Phase("cross-old-on-new-2", 1),
            Phase("cross-new-on-old-2", 3)
        );

        Assert.Equal([Cell(false, false, 0), Cell(false, true, 1), Cell(true, false, 3), Cell(true, true, 4)], CrossTable.Of([run]));
    }

    [Fact]
    public void Of_ArmOverAFrozenBase_TakesNewOnOldFromItsLastEvaluation()
    {
        var run = Records.Run(
            "seal",
            1,
            Phase("evaluate-0", 0),
            Phase("evaluate-2", 2),
            Phase("cross-old-on-new-2", 1),
            Phase("cross-new-on-new-2", 4)
        );

        Assert.Equal([Cell(false, false, 0), Cell(false, true, 1), Cell(true, false, 2), Cell(true, true, 4)], CrossTable.Of([run]));
    }

    [Fact]
    public void Of_SeveralSeeds_AddsThemUpAndLeavesOutTextsThatAreNoSelfEdits()
    {
        var runs = new[] { 1L, 2L }
            .Select(seed =>
                Records.Run(
                    "seal",
                    seed,
                    Records.Phase("evaluate-0", 0, Records.Task("ta", Records.Scored(0, "a", true), Records.Invalid(1))),
                    Phase("evaluate-1", 2),
                    Phase("cross-old-on-new-1", 1),
                    Phase("cross-new-on-old-1", 3)
                )
            )
            .ToArray();

        var cells = CrossTable.Of(runs);

        Assert.Equal([(2, 2), (8, 2), (8, 6), (8, 4)], cells.Select(cell => (cell.Candidates, cell.Solved)));
        Assert.Equal(Wilson.Interval(6, 8), cells[2].Interval);
    }

    [Fact]
    public void Of_VotedSweep_CountsByItsScore()
    {
        var solved = Records.Task("ta", Records.Scored(0, "a", false, votes: (false, true)));
        var run = Records.Run("seal", 1, Records.Phase("evaluate-0", 0, solved), Records.Phase("cross-old-on-new-1", 1, solved));

        Assert.Equal([(1, 1), (1, 1), (1, 1)], CrossTable.Of([run with { Score = "vote-top-2" }]).Select(cell => (cell.Candidates, cell.Solved)));
        Assert.Equal([0, 0, 0], CrossTable.Of([run]).Select(cell => cell.Solved));
    }

    [Fact]
    public void Of_RunsWithoutTheCheck_IsEmpty() =>
        Assert.Empty(CrossTable.Of([Records.Run("seal", 1, Phase("evaluate-0", 0), Phase("evaluate-2", 4), Phase("cross-new-on-old-2", 1))]));

    private static CrossCell Cell(bool newEdits, bool newWeights, int solved) => new("base", "seal", newEdits, newWeights, 4, solved);

    private static PhaseRecord Phase(string name, int solved) =>
        Records.Phase(name, 2, Records.Task("ta", [.. Enumerable.Range(0, 4).Select(i => Records.Scored(i, $"e{i}", i < solved))]));
}
