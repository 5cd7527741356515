using Seal.Core.Json;
using Seal.Core.Results;
using Seal.Core.Tests.Support;
using Seal.Core.Updates;

namespace Seal.Core.Tests.Results;

/// <summary>What a run's records say by themselves.</summary>
public sealed class RunRecordTests
{
    [Theory]
    [InlineData(null, 0.0, false)]
    [InlineData(null, 0.1, true)]
    [InlineData(0.5, 0.5, false)]
    [InlineData(0.5, 0.6, true)]
    [InlineData(0.5, null, false)]
    public void Filter_OfARecord_KeepsRewardsAboveItsThreshold(double? threshold, double? reward, bool expected)
    {
        var run = Records.Run("seal", 1) with { Threshold = threshold };
        var task = Records.Task("ta", Records.Scored(0, "a", true) with { Reward = reward }, Records.Invalid(1) with { Reward = 1 });

        Assert.Equal(expected ? [0] : [], run.Filter.Kept(task).Select(candidate => candidate.Index));
    }

    /// <summary>Records from before there was a choice have neither rule nor number, and stay so.</summary>
    [Fact]
    public void Filter_OfARecordWithoutARule_IsReStEmAndWritesNothing()
    {
        var run = Records.Run("seal", 1);

        Assert.Equal(new UpdateFilter("rest-em", 0, 1), run.Filter);
        Assert.DoesNotContain("rule", SealJson.ToText(run), StringComparison.Ordinal);
        Assert.DoesNotContain("best", SealJson.ToText(run), StringComparison.Ordinal);
        Assert.Equal(new UpdateFilter("best-per-task", 0, 3), (run with { Rule = "best-per-task", Best = 3 }).Filter);
    }

    [Fact]
    public void Counts_OfAPhase_AddUpItsTasks()
    {
        var phase = Records.Phase(
            "evaluate-0",
            0,
            Records.Task("ta", Records.Scored(0, "a", true, votes: (false, true)), Records.Scored(1, "b", true, votes: (false, false))),
            Records.Task(
                "tb",
                Records.Scored(0, "a", true, votes: (true, true)),
                Records.Invalid(1),
                Records.Scored(2, "c", false, votes: (false, true))
            )
        );

        Assert.Equal(
            (5, 3, 3, 1, 3),
            (phase.Candidates, phase.Solved, phase.SolvedBy(null), phase.SolvedBy("vote-top-1"), phase.SolvedBy("vote-top-2"))
        );
    }

    [Fact]
    public void Remeasured_OfRewardsThatWereDealtOut_CountsWhatHadSolvedItsTask()
    {
        // Kept by chance: one that had solved its task and one that had not.
        var train = Records.Phase(
            "train-1",
            1,
            Records.Task("tr", Records.Scored(0, "a", true), Records.Scored(1, "b", false) with { Reward = 1 })
        ) with
        {
            Kept = 2,
        };
        var again = Records.Phase("again-train-1", 1, Records.Task("tr", Records.Scored(0, "a", false), Records.Scored(1, "b", true)));
        var results = new SweepResults("s", "m", "c", [], [], [Records.Run("seal", 1, train, again)]);

        Assert.Equal(new Remeasured("base", "seal", 1, 2, 1, 2, 1), Assert.Single(Remeasured.Of(results)));
    }
}
