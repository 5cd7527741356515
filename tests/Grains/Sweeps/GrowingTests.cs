using Seal.Core.Artifacts;
using Seal.Core.Engines;
using Seal.Core.Engines.Fake;
using Seal.Core.Steering;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Grains.Tests.Support;

namespace Seal.Grains.Tests.Sweeps;

/// <summary>A sweep that becomes a larger one ends with the bytes of one that had asked for everything at once.</summary>
public sealed class GrowingTests
{
    public static TheoryData<string> Growths => ["candidates", "evaluation candidates", "tasks", "arm", "rounds", "seed", "all of it"];

    [Theory]
    [MemberData(nameof(Growths))]
    public async Task Grow_AFinishedSweep_EqualsOneThatHadAskedForItAtOnce(string what)
    {
        var store = new DirectoryArtifactStore(new MemoryFiles());
        await using var host = await TestGrid.Start(store);
        var begun = await Begun(store);
        await TestGrid.RunToEnd(host, begun);
        var grain = host.Grains.GetGrain<ISweepGrain>(TestGrid.Sweep);

        var larger = await Grown(store, begun, what);
        Assert.Empty((await grain.Grow(larger)).Differences);
        var grown = await TestGrid.ToRest(host);

        Assert.Equal((SweepState.Completed, (await Fresh(what)).ReportSha256), (grown.State, grown.ReportSha256));
        // It is that sweep now, and no longer the smaller one.
        Assert.Empty((await grain.Submit(larger)).Differences);
        Assert.NotEmpty((await grain.Submit(begun)).Differences);
    }

    /// <summary>Trials that both have in common are looked up, not computed again.</summary>
    [Fact]
    public async Task Grow_ByAnArm_ComputesThatArmAlone()
    {
        var store = new DirectoryArtifactStore(new MemoryFiles());
        await using var host = await TestGrid.Start(store);
        var begun = await Begun(store);
        var before = (await TestGrid.RunToEnd(host, begun)).Runs.ToDictionary(run => run.Run, run => run.Accounting);
        await host.Grains.GetGrain<ISweepGrain>(TestGrid.Sweep).Grow(await Grown(store, begun, "arm"));
        var after = (await TestGrid.ToRest(host)).Runs;
        Assert.All(before, run => Assert.Equal(run.Value, after.Single(one => one.Run == run.Key).Accounting));
        Assert.Single(after, run => !before.ContainsKey(run.Run));
    }

    /// <summary>While it runs: whatever was under way of what begins anew is left.</summary>
    [Theory]
    [InlineData("candidates")]
    [InlineData("tasks")]
    [InlineData("rounds")]
    public async Task Grow_WhileItRuns_EqualsOneThatHadAskedForItAtOnce(string what)
    {
        var store = new DirectoryArtifactStore(new MemoryFiles());
        await using var host = await TestGrid.Start(store, engine: () => new FakeEngine(new CharacterTokenizer(), TimeSpan.FromMilliseconds(1)));
        var grain = host.Grains.GetGrain<ISweepGrain>(TestGrid.Sweep);
        var begun = await Begun(store);
        await grain.Submit(begun);
        while ((await grain.Status())!.Runs is var runs && !runs.Any(run => run.CandidatesDone > 0 || run.PhaseIndex > 0))
        {
            await grain.WaitForEnd(TimeSpan.FromMilliseconds(10));
        }

        Assert.Empty((await grain.Grow(await Grown(store, begun, what))).Differences);
        Assert.Equal((await Fresh(what)).ReportSha256, (await TestGrid.ToRest(host)).ReportSha256);
        await TestGrid.ToSilence(host);
    }

    /// <summary>What was under way when it grew is looked up afterwards: whoever computed it must not forget what that cost.</summary>
    [Fact]
    public async Task Grow_WhileItRuns_CountsWhatItsOpenPhasesHadCost()
    {
        var store = new DirectoryArtifactStore(new MemoryFiles());
        await using var host = await TestGrid.Start(store, engine: () => new FakeEngine(new CharacterTokenizer(), TimeSpan.FromMilliseconds(5)));
        var grain = host.Grains.GetGrain<ISweepGrain>(TestGrid.Sweep);
        var begun = await Begun(store);
        var larger = await Grown(store, begun, "candidates");
        await grain.Submit(begun);
        while ((await grain.Status())!.Accounting.Steps < 30)
        {
            await grain.WaitForEnd(TimeSpan.FromMilliseconds(10));
        }

        // Twice: a run may be left before it has begun.
        await grain.Grow(larger);
        await grain.Grow(Changed(larger, settings => settings with { Proposal = settings.Proposal with { Candidates = 7 } }));
        var after = (await TestGrid.ToRest(host)).Accounting;

        var anew = new DirectoryArtifactStore(new MemoryFiles());
        var whole = Changed(await Begun(anew), settings => settings with { Proposal = settings.Proposal with { Candidates = 7 } });
        // Two slots may each have been at a trial, of four steps at most, when it was left: those are nobody's.
        Assert.InRange(after.Steps, (await Fresh(anew, whole)).Accounting.Steps - 8, long.MaxValue);
    }

    [Fact]
    public async Task Grow_Twice_ChangesNothingMore()
    {
        var store = new DirectoryArtifactStore(new MemoryFiles());
        await using var host = await TestGrid.Start(store);
        var begun = await Begun(store);
        await TestGrid.RunToEnd(host, begun);
        var grain = host.Grains.GetGrain<ISweepGrain>(TestGrid.Sweep);
        var larger = await Grown(store, begun, "candidates");
        await grain.Grow(larger);
        var first = await TestGrid.ToRest(host);
        Assert.Empty((await grain.Grow(larger)).Differences);
        var second = await TestGrid.ToRest(host);
        Assert.Equal((first.ReportSha256, first.Accounting), (second.ReportSha256, second.Accounting));
    }

    [Fact]
    public async Task Grow_AfterSeedsWereWished_KeepsThem()
    {
        var store = new DirectoryArtifactStore(new MemoryFiles());
        await using var host = await TestGrid.Start(store);
        var begun = await Begun(store);
        await TestGrid.RunToEnd(host, begun);
        var grain = host.Grains.GetGrain<ISweepGrain>(TestGrid.Sweep);
        await grain.Steer(new SteeringCommand(0, "", Seeds: [4]));
        await TestGrid.ToRest(host);
        Assert.Empty((await grain.Grow(await Grown(store, begun, "candidates"))).Differences);
        Assert.Contains((await TestGrid.ToRest(host)).Runs, run => run.Seed == 4);
    }

    [Theory]
    [InlineData("fewer candidates", "proposal.candidates cannot become fewer")]
    [InlineData("fewer rounds", "update.rounds cannot become fewer")]
    [InlineData("another temperature", "more differs than rounds")]
    [InlineData("no constant arm", "run base-constant-s1: there → (absent)")]
    [InlineData("a task less", "training task tb: there → (absent)")]
    [InlineData("another model", "model:")]
    [InlineData("distinct and more", "with proposal.distinct")]
    public async Task Grow_IntoSomethingElse_ChangesNothingAndSaysWhy(string what, string why)
    {
        var store = new DirectoryArtifactStore(new MemoryFiles());
        await using var host = await TestGrid.Start(store);
        var begun = await Begun(store, distinct: what == "distinct and more");
        var before = await TestGrid.RunToEnd(host, begun);
        var other = what switch
        {
            "fewer candidates" => Changed(begun, settings => settings with { Proposal = settings.Proposal with { Candidates = 2 } }),
            "fewer rounds" => Changed(begun, settings => settings with { Update = settings.Update with { Rounds = 0 } }),
            "another temperature" => Changed(begun, settings => settings with { Proposal = settings.Proposal with { Temperature = 0.5 } }),
            "no constant arm" => begun with { Runs = [.. begun.Runs.Where(run => run.Context.Arm.Name != "constant")] },
            "a task less" => begun with { Training = [begun.Training[0]] },
            "another model" => begun with { Model = new ModelRef(new string('0', 64), []) },
            _ => Changed(begun, settings => settings with { Proposal = settings.Proposal with { Candidates = 9 } }),
        };

        var reply = await host.Grains.GetGrain<ISweepGrain>(TestGrid.Sweep).Grow(other);
        Assert.Null(reply.Status);
        Assert.Contains(reply.Differences, line => line.Contains(why, StringComparison.Ordinal));
        Assert.Equal(before.ReportSha256, (await TestGrid.ToRest(host)).ReportSha256);
        Assert.Empty((await host.Grains.GetGrain<ISweepGrain>(TestGrid.Sweep).Submit(begun)).Differences);
    }

    private static async Task<SweepStatus> Fresh(string what)
    {
        var store = new DirectoryArtifactStore(new MemoryFiles());
        return await Fresh(store, await Grown(store, await Begun(store), what));
    }

    private static async Task<SweepStatus> Fresh(IArtifactStore store, SweepSubmission sweep)
    {
        await using var host = await TestGrid.Start(store);
        return await TestGrid.RunToEnd(host, sweep);
    }

    /// <summary>Without the arm of random self-edits, which may join.</summary>
    private static async Task<SweepSubmission> Begun(IArtifactStore store, bool distinct = false)
    {
        var whole = await TestGrid.Submission(store, candidates: 4, rounds: 1, distinct: distinct);
        return whole with { Runs = [.. whole.Runs.Where(run => run.Context.Arm.Name != "random")] };
    }

    private static async Task<SweepSubmission> Grown(IArtifactStore store, SweepSubmission begun, string what)
    {
        var candidates = Changed(begun, settings => settings with { Proposal = settings.Proposal with { Candidates = 6 } });
        var (rounds, arms) = (await TestGrid.Submission(store, candidates: 4, rounds: 2), await TestGrid.Submission(store, candidates: 4, rounds: 1));
        return what switch
        {
            "candidates" => candidates,
            "evaluation candidates" => Changed(begun, settings => settings with { Proposal = settings.Proposal with { EvaluationCandidates = 5 } }),
            "tasks" => await WithTasks(store, begun),
            "arm" => arms,
            "rounds" => begun with { Runs = [.. rounds.Runs.Where(run => run.Context.Arm.Name != "random")] },
            "seed" => begun with { Runs = [.. begun.Runs.SelectMany(run => new[] { run, UnderSeed(run, 2) })] },
            _ => await WithTasks(
                store,
                Changed(rounds, settings => settings with { Proposal = settings.Proposal with { Candidates = 6, EvaluationCandidates = 5 } })
            ),
        };
    }

    private static async Task<SweepSubmission> WithTasks(IArtifactStore store, SweepSubmission begun) =>
        begun with
        {
            Training = [.. begun.Training, await TestGrid.Task(store, "tc")],
            Evaluation = [await TestGrid.Task(store, "e0"), .. begun.Evaluation],
        };

    private static RunSubmission UnderSeed(RunSubmission run, long seed) =>
        run with
        {
            Context = run.Context with { Run = $"base-{run.Context.Arm.Name}-s{seed}", Seed = seed },
        };

    private static SweepSubmission Changed(SweepSubmission sweep, Func<RunSettings, RunSettings> change) =>
        sweep with
        {
            Runs = [.. sweep.Runs.Select(run => run with { Context = run.Context with { Settings = change(run.Context.Settings) } })],
        };
}
