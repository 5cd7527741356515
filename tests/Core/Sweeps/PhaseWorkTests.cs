using Seal.Core.Candidates;
using Seal.Core.Results;
using Seal.Core.Sweeps;

namespace Seal.Core.Tests.Sweeps;

public sealed class PhaseWorkTests
{
    private static readonly RunSettings Settings = Toml.Read(
            "[proposal]\ncandidates = 7\nevaluation_candidates = 4\ntable_edits = 64\n[reward]\nthreshold = 0.5"
        )
        .Runs[0]
        .Settings;

    /// <summary>Two training tasks, three of evaluation.</summary>
    [Theory]
    [InlineData(1, true, null, false, 2, 7)]
    [InlineData(0, false, null, false, 3, 4)]
    [InlineData(0, true, 1, false, 2, 64)]
    [InlineData(0, false, 1, false, 3, 64)]
    [InlineData(2, true, null, true, 2, 1)]
    [InlineData(2, false, null, true, 3, 1)]
    public void Of_PhaseWhoseArmProposes_AsksForAsManyOfEachTask(int round, bool trains, int? replicate, bool shows, int tasks, int each)
    {
        var asked = Of(new RunPhase(round, trains, replicate, shows));

        Assert.Equal((tasks, tasks * each), (asked.Count, asked.Sum(task => task.Candidates)));
        Assert.All(asked, task => Assert.Null(task.Given));
    }

    [Fact]
    public void Of_KeptOnceMore_IsEachOfThemOnceAndNoTaskWithoutAny()
    {
        var ended = Ended("train-1", ("t1", ["a", "b", "a", null, "c"], [1, 0.5, 1, null, 0.75]), ("t2", ["d"], [0]));

        Assert.Equal([("t1", 2, "a c")], Of(new RunPhase(1, true, Check: PhaseCheck.Again), ended).Select(Text));
    }

    [Fact]
    public void Of_OldOnNew_IsTheFirstEvaluationsEditsInOrder()
    {
        PhaseRecord[] ended =
        [
            Ended("evaluate-0", ("e1", ["a", null, "a"], [0, null, 0]), ("e3", ["b"], [0])),
            Ended("evaluate-2", ("e1", ["z"], [1]), ("e2", ["y"], [1])),
        ];

        Assert.Equal([("e1", 2, "a a"), ("e3", 1, "b")], Of(new RunPhase(2, false, Check: PhaseCheck.OldOnNew), ended).Select(Text));
        Assert.Equal([("e1", 1, "z"), ("e2", 1, "y")], Of(new RunPhase(2, false, Check: PhaseCheck.NewOnOld), ended).Select(Text));
        Assert.Equal([("e1", 1, "z"), ("e2", 1, "y")], Of(new RunPhase(2, false, Check: PhaseCheck.NewOnNew), ended).Select(Text));
    }

    private static IReadOnlyList<PhaseTask> Of(RunPhase phase, params PhaseRecord[] ended) =>
        PhaseWork.Of(phase, Settings, ["t1", "t2"], ["e1", "e2", "e3"], ended);

    private static (string, int, string) Text(PhaseTask task) => (task.Task, task.Candidates, string.Join(' ', task.Given!));

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
