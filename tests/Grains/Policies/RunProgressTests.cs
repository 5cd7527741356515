using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Jobs;
using Seal.Core.Runs;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Grains.Policies;
using Seal.Grains.Tasks;

namespace Seal.Grains.Tests.Policies;

/// <summary>How far a run is, from what was saved. The numbers are counted by hand.</summary>
public sealed class RunProgressTests
{
    private static readonly RunRef Ref = new("s", "r", 0, "fake-1", new string('c', 64));
    private static readonly PolicyRef Model = PolicyRef.Of(new string('a', 64));
    private static readonly TaskRef[] Training = [new("t1", "1"), new("t2", "2")];
    private static readonly TaskRef[] Evaluation = [new("e1", "3"), new("e2", "4"), new("e3", "5")];

    [Fact]
    public void Of_RewardTableOfWhichATaskHasBegun_CountsTheTablesEditsOfTheOthers()
    {
        // t1 turned out to have 12 self-edits, 9 of them tried, 2 solve it; of t2 the 16 of table_edits are expected.
        var known = new Dictionary<string, TaskProgress> { ["t1"] = new(12, 9, 2, null, null, new Accounting(9, 10, 0, 1.5, 30, 0)) };
        var progress = Of("table", 0, known);

        Assert.Equal(("table-train-0", 0, 4), (progress.Phase, progress.PhaseIndex, progress.Phases));
        Assert.Equal((0, 2, 9, 28, 2), (progress.TasksDone, progress.Tasks, progress.CandidatesDone, progress.Candidates, progress.Solved));
        Assert.Equal((9, 30L), (progress.Accounting.Jobs, progress.Accounting.Steps));
    }

    [Fact]
    public void Of_TasksThatAreIn_CountsThemAndNotThoseOfOtherPhases()
    {
        var ended = new TaskProgress(3, 3, 1, new TaskRecord("e2", 0, []), null, Accounting.Zero);
        var known = new Dictionary<string, TaskProgress> { ["e2"] = ended, ["t1"] = ended };
        var progress = Of("policy", 0, known);

        Assert.Equal("evaluate-0", progress.Phase);
        Assert.Equal((1, 3, 3, 9, 1), (progress.TasksDone, progress.Tasks, progress.CandidatesDone, progress.Candidates, progress.Solved));
    }

    [Fact]
    public void Of_RunThatHasEnded_HasNothingLeft()
    {
        var progress = Of("none", 1, new Dictionary<string, TaskProgress>());

        Assert.Equal(
            ("ended", true, 1, 1, 0, 0),
            (progress.Phase, progress.Ended, progress.PhaseIndex, progress.Phases, progress.Tasks, progress.Candidates)
        );
    }

    [Fact]
    public void Progress_OfATaskWithTwoPacksIn_CountsTheirCandidatesAndDuplicates()
    {
        // Different and valid: a, b, c. The second a shares the first one's trial, and what is invalid has ended already.
        var task = new TaskState
        {
            Work = new TaskWork(Ref, PhaseId.Evaluate(0), Evaluation[0], Model, Model, 5, EvaluationKind.Plain),
            Proposals = new ProposeResult([Valid("a"), Valid("b"), Valid("a"), Valid("c"), new Proposal("x", null, "no")], 0),
            ProposeSeconds = 2,
        };
        var packs = new Dictionary<int, PackOutcome>
        {
            [0] = new(0, [Trial(solved: 1, steps: 4)], null, 1, 0, 3),
            [3] = new(3, [Trial(solved: 0, steps: 6)], null, 1, 1, 0),
        };

        Assert.Equal(["s/r/evaluate-0/e1/000", "s/r/evaluate-0/e1/001", "s/r/evaluate-0/e1/003"], SavedTask.Packs(Context("policy"), task));
        // The proposal's job and that of pack 0; pack 3 was found in the cache and cost no steps.
        Assert.Equal(new TaskProgress(5, 4, 2, null, null, new Accounting(2, 2, 1, 5, 4, 10)), SavedTask.Progress(Context("policy"), task, packs));
    }

    [Fact]
    public void Progress_OfATaskThatHasEnded_IsWhatItSaved()
    {
        var ended = new TaskProgress(3, 3, 1, new TaskRecord("e1", 0, []), null, Accounting.Zero);
        var task = new TaskState
        {
            Work = new TaskWork(Ref, PhaseId.Evaluate(0), Evaluation[0], Model, Model, 3, EvaluationKind.Plain),
            Ended = ended,
        };

        Assert.Empty(SavedTask.Packs(Context("policy"), task));
        Assert.Same(ended, SavedTask.Progress(Context("policy"), task, new Dictionary<int, PackOutcome>()));
    }

    private static RunProgress Of(string proposer, int ended, IReadOnlyDictionary<string, TaskProgress> known)
    {
        var run = Context(proposer);
        var phases = Run(proposer).Phases.Take(ended).Select(phase => new PhaseEntry(phase.Phase, 0, "", 0, null, "", ListRef.Empty));
        var log = new RunLog(RunScript.Of(run), [.. phases]);
        var tasks = log.UnderWay is { } phase ? PhaseWork.Of(phase, run, new SweepTasks(Training, Evaluation), null) : [];
        return RunProgress.Of(run, "base", log, tasks, Accounting.Zero, false, null, known);
    }

    private static RunContext Context(string proposer)
    {
        var run = Run(proposer);
        return new RunContext("s", "r", run.Settings, run.Arm, 1, "fake-1");
    }

    private static RunPlan Run(string proposer) =>
        SweepFile
            .Parse(
                $$"""
                name = "s"
                seeds = [1]
                arms = [{ name = "a", proposer = "{{proposer}}" }]
                [tasks]
                source = "generated"
                train_count = 2
                evaluate_count = 3
                [engine]
                kind = "fake"
                [proposal]
                candidates = 5
                evaluation_candidates = 3
                table_edits = 16
                [inner]
                base = "frozen"
                seeds = 2
                """,
                "s.toml",
                "/"
            )
            .Runs[0];

    private static Proposal Valid(string payload) => new(payload, payload, null);

    private static TrialResult Trial(int solved, int steps) =>
        new(null, [new Observation(ObservationNames.Exact, solved)], steps, 10, null, null, null);
}
