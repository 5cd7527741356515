using Seal.Core.Jobs;
using Seal.Core.Results;
using Seal.Core.Sweeps;
using Seal.Core.Tables;
using Seal.Core.Tests.Support;

namespace Seal.Core.Tests.Tables;

/// <summary>Choosing and judging where tasks differ.</summary>
public sealed class RewardTableByHandTests
{
    private static readonly string[] Two = ["ta", "tb"];

    [Fact]
    public void Best_OverSeveralTasks_AddsThemUp()
    {
        // The second is dearest and solves both; the first solves one.
        Assert.Equal(HandTable.Edits[1], Best((task, i) => HandTable.Trial(i == 1 || (i == 0 && task == "ta"), steps: i == 1 ? 99 : 1)));
        // None solves; the third has most right tokens in sum, no more than others on its best task.
        Assert.Equal(
            HandTable.Edits[2],
            Best(
                (task, i) =>
                    HandTable.Trial(
                        false,
                        steps: i == 2 ? 99 : 1,
                        accuracy: task == "ta" ? 0.9
                            : i == 2 ? 0.8
                            : 0.1
                    )
            )
        );
        // The fourth has fewest steps in sum, as many as others on its longest task.
        Assert.Equal(
            HandTable.Edits[3],
            Best(
                (task, i) =>
                    HandTable.Trial(
                        false,
                        steps: task == "ta" ? 50
                            : i == 3 ? 1
                            : 2
                    )
            )
        );
    }

    [Fact]
    public void Best_SelfEditWithoutTrialsOnATask_ComesAfterAllThatHaveOne()
    {
        var run = HandTable.Run((_, _, _) => HandTable.Trial(false), training: Two);
        var gap = SmallTable.Each(run, (task, one) => task.Task == "ta" && one.Payload == HandTable.Edits[0] ? one with { Payload = null } : one);
        var table = RewardTable.Of([gap])[0];

        Assert.Equal(HandTable.Edits[1], table.Best(["ta"]));
        Assert.Equal(HandTable.Edits[0], table.Best(["tb"]));
        // In means what is missing solves nothing: of four self-edits on two tasks one solves.
        var solving = RewardTable.Of([
            SmallTable.Each(
                gap,
                (task, one) => one.Payload == HandTable.Edits[3] && task.Task == "ta" ? one with { Trial = HandTable.Trial(true) } : one
            ),
        ])[0];
        Assert.Equal(1.0 / 8, TableSummary.Of(solving).Training!.Uniform);
    }

    [Fact]
    public void Judges_OneTrialThatDiffers_IsEnough()
    {
        var table = RewardTable.Of([HandTable.Run((_, _, _) => HandTable.Trial(true))])[0];
        var same = HandTable.Learner(1, [], ("ea", [HandTable.Edits[0], HandTable.Edits[1]]), ("eb", [HandTable.Edits[0]]));
        var other = SmallTable.Each(
            same,
            (task, one) => task.Task == "ea" && one.Index == 1 ? one with { Trial = HandTable.Trial(true, details: "other") } : one
        );

        Assert.True(table.Judges(same));
        Assert.False(table.Judges(other));
        // What was only shown is not its last evaluation.
        Assert.True(table.Judges(same with { Phases = [.. same.Phases, other.Phases[^1] with { Phase = new PhaseId(PhaseKind.ShowEvaluate, 1) }] }));
    }

    [Fact]
    public void Judges_AnEvaluation_LooksUnderTheInnerSeedOfEvaluations()
    {
        var table = RewardTable.Of([HandTable.Run((_, _, replicate) => HandTable.Trial(true, details: $"{replicate}"), replicates: 5)])[0];
        // A seed under which rewards and evaluations have different inner seeds.
        var seed = Enumerable.Range(1, 100).First(one => InnerSeeds.Replicate(one, "ea", true, 5) != InnerSeeds.Replicate(one, "ea", false, 5));
        RunRecord Learner(bool trains) =>
            SmallTable.Each(
                HandTable.Learner(seed, [], ("ea", [HandTable.Edits[0]])),
                (_, one) => one with { Trial = HandTable.Trial(true, details: $"{InnerSeeds.Replicate(seed, "ea", trains, 5)}") }
            );

        Assert.True(table.Judges(Learner(trains: false)));
        Assert.False(table.Judges(Learner(trains: true)));
    }

    [Fact]
    public void Of_RunWithOtherPhasesBesideTheTables_IsNoTable()
    {
        var run = HandTable.Run((_, _, _) => HandTable.Trial(true));

        Assert.Empty(RewardTable.Of([run with { Phases = [.. run.Phases, Records.Phase("evaluate-0", 0)] }]));
    }

    [Fact]
    public void Of_TableWithoutTrials_HasNoInnerSeeds()
    {
        var table = Assert.Single(RewardTable.Of([Records.Run("table", 1, Records.Phase("table-train-0", 0))]));

        Assert.Equal((0, 0, 0), (table.Replicates, table.Edits.Count, table.TrainingTasks.Count));
        Assert.Equal(new TableSummary(null, null), TableSummary.Of(table));
    }

    private static string Best(Func<string, int, TrialResult> trial)
    {
        var table = RewardTable.Of([HandTable.Run((task, i, _) => trial(task, i), training: Two)])[0];
        return table.Best(table.TrainingTasks);
    }
}
