using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Programs;
using Seal.Core.Randomness;
using Seal.Core.Tests.Support;

namespace Seal.Core.Tests.Programs;

/// <summary>What jobs, the gate, <c>seal try</c> and forecasts rely on when they run an inner loop.</summary>
public sealed class TrialRunnerTests : IDisposable
{
    private static readonly TaskDocument Task = new("task", "\"task\"");

    private readonly ScriptedDomain _domain = new();

    // A word of five letters diverges at its second step.
    private readonly ScriptedEngine _engine = new()
    {
        Losses = request => request.Batches.Count == 5 ? [1, double.NaN] : [.. request.Batches.Select((_, step) => 3.0 - step)],
    };

    private readonly TrialRunner _runner;

    public TrialRunnerTests()
    {
        var files = new ScriptedEnvironment();
        var model = _engine.Open(SmallRun.Base, files);
        _runner = new TrialRunner(_domain.Open(SmallRun.Settings, model.Info), model, Task, new ModelOpener(_engine, files));
    }

    public void Dispose() => _runner.Dispose();

    [Fact]
    public void Train_PackOfEveryKind_GivesEachMemberItsOwnOutcomeInOrder()
    {
        var trained = Train("over", "bb", "crash", "none", "ccc");

        Assert.Equal(["over", "bb", "crash", "none", "ccc"], trained.Select(trial => trial.Planned.Payload));
        Assert.Equal(["over the step cap", null, "loss is not finite", null, null], trained.Select(trial => trial.Failure));
        Assert.Equal([null, _engine.Deltas[0], null, null, _engine.Deltas[1]], trained.Select(trial => trial.Delta));
        Assert.Equal(
            [
                [],
                [3, 2],
                [1, double.NaN],
                [],
                [3, 2, 1],
            ],
            trained.Select(trial => trial.Losses)
        );
        Assert.Equal([0, 20, 0, 0, 30], trained.Select(trial => trial.Tokens));
    }

    [Fact]
    public void Train_RefusedAndInContextMembersInBetween_CostNoTraining()
    {
        Train("bb", "over", "none", "ccc");

        var pack = Assert.Single(_engine.Packs);
        Assert.Equal([2, 3], pack.Select(request => request.Batches.Count));
    }

    [Fact]
    public void Train_NothingToTrain_DoesNotAskTheEngine()
    {
        var trained = Train("none", "over");

        Assert.Empty(_engine.Packs);
        Assert.Equal([null, null], trained.Select(trial => trial.Outcome));
    }

    [Fact]
    public void Train_OfAPack_ReportsEveryStep()
    {
        var steps = new List<int>();
        _runner.Train(Plan("bb", "over", "ccc"), step => steps.Add(step.Step), CancellationToken.None);

        Assert.Equal([1, 2, 3], steps);
    }

    [Fact]
    public void Judge_EachMember_TakesTheDeltaSelfEditAndSeedItWasTrainedWith()
    {
        foreach (var trial in Train("bb", "none", "ccc").Reverse())
        {
            _runner.Judge(trial, EvaluationKind.Vote, CancellationToken.None);
        }

        Assert.Equal([100UL, 102], Assert.Single(_engine.Packs).Select(request => request.InitialSeed.Value));
        Assert.Equal(
            [
                (Task, "ccc", _engine.Deltas[1], EvaluationKind.Vote, new Seed(102)),
                (Task, "none", null, EvaluationKind.Vote, new Seed(101)),
                (Task, "bb", (ITrainedDelta)_engine.Deltas[0], EvaluationKind.Vote, new Seed(100)),
            ],
            _domain.Evaluated
        );
    }

    [Theory]
    [InlineData("over", "over the step cap")]
    [InlineData("crash", "loss is not finite")]
    public void Judge_TrialThatFailed_IsRefusedWithTheReason(string payload, string reason)
    {
        var trial = Assert.Single(Train(payload));
        var refused = Assert.Throws<ArgumentException>(() => _runner.Judge(trial, EvaluationKind.Plain, CancellationToken.None));

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Empty(_domain.Evaluated);
    }

    [Theory]
    [InlineData("bb", null, 2, 1.0)]
    [InlineData("none", null, 0, 0.0)]
    [InlineData("over", "over the step cap", 0, null)]
    [InlineData("crash", "loss is not finite", 2, null)]
    public void Run_OneTrial_HasAVerdictUnlessItFailed(string payload, string? failure, int steps, double? exact)
    {
        var (trial, seen) = _runner.Run(payload, new Seed(5), EvaluationKind.Plain, CancellationToken.None);

        Assert.Equal((failure, steps), (trial.Failure, trial.Losses.Length));
        Assert.Equal(exact, seen?.Observations.Single(one => one.Name == ObservationNames.Exact).Value);
        Assert.Equal(seen is null ? [] : [(Task, payload, trial.Delta, EvaluationKind.Plain, new Seed(5))], _domain.Evaluated);
    }

    [Fact]
    public void Run_Chain_TrainsEachOnTheModelWithThoseBeforeItMerged()
    {
        var steps = new List<(int, int)>();
        _domain.OnEvaluate = () => Assert.Equal([1, 1], Disposals);
        var trial = Assert.Single(_runner.Train(Plan("bb+ccc"), step => steps.Add((step.Step, step.Total)), CancellationToken.None));
        var seen = _runner.Judge(trial, EvaluationKind.Plain, CancellationToken.None);

        string[] names = [.. new byte[] { 0, 1 }.Select(file => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData([file])))];
        var once = SmallRun.Base.With(names[0]);
        // Opened by the test, then by the chain.
        Assert.Equal([SmallRun.Base, SmallRun.Base, once, once.With(names[1])], _engine.Opened);
        Assert.Equal($"\"{once.With(names[1]).Key}\"", seen.Predictions);
        Assert.Equal([(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)], steps);
        Assert.Equal((50, 5, null, (ITrainedDelta?)null), (trial.Tokens, trial.Losses.Length, trial.Failure, trial.Delta));
        Assert.Empty(_domain.Evaluated);
    }

    [Fact]
    public void Run_ChainOfWhichOneDiverges_FailsAndLetsGoOfEverything()
    {
        var (trial, seen) = _runner.Run("bb+crash+ccc", new Seed(1), EvaluationKind.Plain, CancellationToken.None);

        Assert.Equal(("a word came to nothing", 4), (trial.Failure, trial.Losses.Length));
        Assert.Null(seen);
        Assert.Equal([1], Disposals);
    }

    [Fact]
    public void Train_ChainsAmongOthers_IsNoPack() => Assert.Throws<InvalidOperationException>(() => Train("bb+ccc", "bb"));

    [Fact]
    public void Dispose_AfterSeveralPacks_LetsGoOfEveryDeltaOnceAndNotBefore()
    {
        var trained = Train("bb", "crash", "ccc").Concat(Train("a")).Where(trial => trial.Failure is null);
        _domain.OnEvaluate = () => Assert.Equal([0, 0, 0], Disposals);
        foreach (var trial in trained)
        {
            _runner.Judge(trial, EvaluationKind.Plain, CancellationToken.None);
        }

        _runner.Dispose();
        _runner.Dispose();
        Assert.Equal([1, 1, 1], Disposals);
    }

    [Fact]
    public void Dispose_AfterAVerdictThatFailed_LetsGoOfTheOtherMembersToo()
    {
        var verdicts = 0;
        _domain.OnEvaluate = () => _ = ++verdicts == 2 ? throw new InvalidOperationException("no verdict") : 0;
        var judging = () =>
        {
            using (_runner)
            {
                foreach (var trial in Train("bb", "ccc", "a"))
                {
                    _runner.Judge(trial, EvaluationKind.Plain, CancellationToken.None);
                }
            }
        };

        Assert.Throws<InvalidOperationException>(judging);
        Assert.Equal([1, 1, 1], Disposals);
    }

    [Fact]
    public void Train_CancelledBetweenSteps_EndsThere()
    {
        using var cancellation = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => _runner.Train(Plan("ccc"), _ => cancellation.Cancel(), cancellation.Token));
        Assert.Empty(_engine.Deltas);
    }

    [Fact]
    public void Run_CancelledWhileItJudges_EndsWithoutAVerdict()
    {
        using var cancellation = new CancellationTokenSource();
        _domain.OnEvaluate = cancellation.Cancel;
        Assert.Throws<OperationCanceledException>(() => _runner.Run("bb", new Seed(1), EvaluationKind.Plain, cancellation.Token));

        _runner.Dispose();
        Assert.Equal([1], Disposals);
    }

    private IEnumerable<int> Disposals => _engine.Deltas.Select(delta => delta.Disposals);

    private IReadOnlyList<TrainedTrial> Train(params string[] payloads) => _runner.Train(Plan(payloads), null, CancellationToken.None);

    /// <summary>Seeds from 100.</summary>
    private PlannedTrial[] Plan(params string[] payloads) => [.. payloads.Select((payload, i) => _runner.Plan(payload, new Seed(100 + (ulong)i)))];
}
