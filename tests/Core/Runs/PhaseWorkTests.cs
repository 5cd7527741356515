using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Jobs;
using Seal.Core.Results;
using Seal.Core.Runs;
using Seal.Core.Sweeps;
using Seal.Core.Tests.Support;

namespace Seal.Core.Tests.Runs;

public sealed class PhaseWorkTests
{
    private static readonly SweepTasks Tasks = new([new("t1", "1"), new("t2", "2")], [new("e1", "3"), new("e2", "4"), new("e3", "5")]);

    [Theory]
    [InlineData(TaskSet.Training, "t1 t2")]
    [InlineData(TaskSet.Evaluation, "e1 e2 e3")]
    public void Of_PhaseWhoseArmProposes_AsksForAsManyOfEachTask(TaskSet set, string tasks)
    {
        var asked = Of(Phase("train-1", set), null);

        Assert.Equal(tasks, string.Join(' ', asked.Select(task => task.Task.Id)));
        Assert.All(asked, task => Assert.Equal((7, null), (task.Candidates, task.Given)));
    }

    [Fact]
    public void Of_WhatARoundKept_IsEachOfThemOnceAndNoTaskWithoutAny()
    {
        var ended = Ended("train-1", ("t1", ["a", "b", "a", null, "c"], [1, 0.5, 1, null, 0.75]), ("t2", ["d"], [0])) with { Kept = 3 };
        var again = Phase("again-train-1", TaskSet.Training, new PastEdits(PhaseId.Train(1), Kept: true));

        // Kept is what is above the threshold of one half.
        Assert.Equal([("t1", 2, "a c")], Of(again, ended).Select(Text));
        Assert.Empty(Of(again, null));
        // A method may learn nothing of a round, whatever earned more.
        Assert.Empty(Of(again, ended with { Kept = 0 }));
    }

    [Fact]
    public void Of_WhatAnEvaluationTried_IsAllInOrderCopiesIncluded()
    {
        var ended = Ended("evaluate-0", ("e1", ["a", null, "a"], [0, null, 0]), ("e3", ["b"], [0]));
        var cross = Phase("cross-old-on-new-2", TaskSet.Evaluation, new PastEdits(PhaseId.Evaluate(0), Kept: false));

        Assert.Equal([("e1", 2, "a a"), ("e3", 1, "b")], Of(cross, ended).Select(Text));
    }

    private static RunTasks Phase(string phase, TaskSet set, PastEdits? edits = null) =>
        new(PhaseId.Parse(phase)!.Value, set, 7, new Theta(2), Theta.Base, EvaluationKind.Plain, edits);

    private static IReadOnlyList<PhaseTask> Of(RunTasks phase, PhaseRecord? origin) =>
        PhaseWork.Of(phase, SmallRecords.Run(reward: new RewardSettings(Threshold: 0.5)), Tasks, origin);

    private static (string, int, string) Text(PhaseTask task) => (task.Task.Id, task.Candidates, string.Join(' ', task.Given!));

    private static PhaseRecord Ended(string phase, params (string Task, string?[] Payloads, double?[] Rewards)[] tasks) =>
        new(
            PhaseId.Parse(phase)!.Value,
            1,
            "",
            0,
            null,
            [
                .. tasks.Select(task => new TaskRecord(
                    task.Task,
                    0,
                    [
                        .. task.Payloads.Select(
                            (payload, i) =>
                                new CandidateRecord(
                                    i,
                                    payload,
                                    payload is null ? "no" : null,
                                    payload is null ? CandidateState.Invalid : CandidateState.Scored,
                                    null,
                                    null,
                                    task.Rewards[i]
                                )
                        ),
                    ]
                )),
            ]
        );
}
