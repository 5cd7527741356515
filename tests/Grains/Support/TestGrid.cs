using Microsoft.Extensions.Logging;
using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Engines.Fake;
using Seal.Core.Gates;
using Seal.Core.Jobs;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Grains.Hosting;
using Seal.Silo.Hosting;
using Seal.Silo.Storage;

namespace Seal.Grains.Tests.Support;

/// <summary>A real silo in this process on the fake engine and the toy domain.</summary>
internal static class TestGrid
{
    public const string Sweep = "toy";

    public static async Task<SealHost> Start(
        IArtifactStore store,
        int workers = 2,
        GridOptions? grid = null,
        Func<IEngine>? engine = null,
        Action<ILoggingBuilder>? logging = null,
        TimeProvider? time = null
    ) =>
        await SealHost.Start(
            store,
            new SealHostOptions
            {
                Workers = workers,
                CreateEngine = engine ?? (() => new FakeEngine(new CharacterTokenizer())),
                NumericClass = FakeEngine.Class,
                Domains = [new ToyDomain()],
                Token = "test",
                Time = time ?? TimeProvider.System,
                Grid = grid ?? new GridOptions { HostIncarnation = Guid.NewGuid().ToString("n") },
                Logging = logging ?? (none => none.SetMinimumLevel(LogLevel.None)),
            }
        );

    /// <summary>A sweep of three arms: two training tasks, two evaluation tasks, every kind of ending among its candidates.</summary>
    public static async Task<SweepSubmission> Submission(
        IArtifactStore store,
        int candidates = 6,
        int rounds = 2,
        int packSize = 1,
        long seed = 1,
        bool distinct = false
    )
    {
        var settings = new RunSettings(
            "toy",
            new EngineSettings("fake"),
            new ProposalSettings("toy", candidates, 3, Grammar: false, MaxNewTokens: 3, Distinct: distinct),
            new InnerSettings(PackSize: packSize),
            new RewardSettings(),
            new UpdateSettings(Rounds: rounds),
            new EvaluateSettings()
        );
        RunSubmission Run(string arm, string proposer, string? edit = null) =>
            new(new RunContext(Sweep, $"base-{arm}-s{seed}", settings, new ArmSpec(arm, proposer, edit), seed, FakeEngine.Class), "base");
        return new SweepSubmission(
            [Run("seal", "policy"), Run("constant", "constant", "abc"), Run("random", "random"), Run("in-context", "none")],
            new ModelRef(FakeEngine.BaseSha256, []),
            [await Task(store, "ta"), await Task(store, "tb")],
            [await Task(store, "ea"), await Task(store, "eb")]
        );
    }

    /// <summary>The sweep with one arm of self-edits from a file, whose blob is put into the store.</summary>
    public static async Task<SweepSubmission> FileSubmission(
        IArtifactStore store,
        IReadOnlyDictionary<string, IReadOnlyList<string>> byTask,
        params long[] seeds
    )
    {
        var (whole, edits) = (await Submission(store), ArmEdits.Of(byTask));
        await Blobs.Put(store, edits.ToBytes());
        var run = whole.Runs[0].Context with { Arm = new ArmSpec("file", "file", Edits: edits) };
        return whole with { Runs = [.. seeds.Select(seed => new RunSubmission(run with { Run = $"base-file-s{seed}", Seed = seed }, "base"))] };
    }

    /// <summary>The smallest sweep that walks the whole way: one run, one training and one evaluation task, one round with an update.</summary>
    public static async Task<SweepSubmission> SmallSubmission(IArtifactStore store)
    {
        var whole = await Submission(store, candidates: 3, rounds: 1);
        var run = whole.Runs[0].Context;
        var settings = run.Settings with
        {
            Proposal = run.Settings.Proposal with { EvaluationCandidates = 1 },
            Evaluate = new EvaluateSettings(EvaluateWhen.Last),
        };
        return whole with
        {
            Runs = [whole.Runs[0] with { Context = run with { Settings = settings } }],
            Training = [whole.Training[0]],
            Evaluation = [whole.Evaluation[0]],
        };
    }

    /// <summary>The sweep with a gate after each round: on the fake engine every version answers as it happens to, so some pass and some do
    /// not.</summary>
    /// <param name="store">Where its tasks go.</param>
    /// <param name="sweep">The sweep.</param>
    /// <param name="tasks">Tasks that the gate asks.</param>
    /// <param name="margin">Of the answers' tokens.</param>
    public static async Task<SweepSubmission> Gated(IArtifactStore store, SweepSubmission sweep, int tasks = 40, double margin = 0.0005)
    {
        var gate = new GateSettings(
            [GateRules.Retention, GateRules.Collapse, GateRules.Validity],
            RetentionMargin: margin,
            RetentionMeasure: ObservationNames.TokenAccuracy,
            ValidityMargin: 0.5,
            MinCases: 1,
            Confidence: 0.5
        );
        return sweep with
        {
            Runs = [.. sweep.Runs.Select(run => run with { Context = run.Context with { Settings = run.Context.Settings with { Gate = gate } } })],
            Retention = [.. await System.Threading.Tasks.Task.WhenAll(Enumerable.Range(0, tasks).Select(i => Task(store, $"r{i}")))],
        };
    }

    /// <summary>Waits until a sweep no longer moves by itself.</summary>
    public static async Task<SweepStatus> ToRest(SealHost host)
    {
        var grain = host.Grains.GetGrain<ISweepGrain>(Sweep);
        var status = (await grain.Status())!;
        while (status.State is SweepState.Running or SweepState.Stopping)
        {
            status = (await grain.WaitForEnd(TimeSpan.FromSeconds(10)))!;
        }

        return status;
    }

    /// <summary>Waits until no grain looks after anything: with the last sweep at rest, none may stay in memory for it.</summary>
    public static async Task ToSilence(SealHost host)
    {
        for (var tries = 0; host.Grid.Pulse.Count > 0; tries++)
        {
            Assert.True(tries < 1000, $"{host.Grid.Pulse.Count} grains still look after work");
            host.Grid.Pulse.Beat();
            await System.Threading.Tasks.Task.Delay(10);
        }
    }

    /// <summary>The next event that says why a sweep waits, or that it no longer does.</summary>
    public static async Task<SweepEvent> ToldOfWaiting(ISweepGrain sweep, long after)
    {
        while (true)
        {
            foreach (var one in (await sweep.Events(after, TimeSpan.FromSeconds(10)))!)
            {
                if (one.Kind == "waiting")
                {
                    return one;
                }

                after = one.Sequence;
            }
        }
    }

    public static async Task<SweepStatus> RunToEnd(SealHost host, SweepSubmission submission, CancellationToken cancellation = default)
    {
        var grain = host.Grains.GetGrain<ISweepGrain>(Sweep);
        var reply = await grain.Submit(submission);
        Assert.Empty(reply.Differences);
        var status = reply.Status!;
        while (status.State == SweepState.Running)
        {
            cancellation.ThrowIfCancellationRequested();
            status = (await grain.WaitForEnd(TimeSpan.FromSeconds(10), cancellation))!;
        }

        return status;
    }

    public static async Task<TaskRef> Task(IArtifactStore store, string id)
    {
        var document = new TaskDocument(id, $"\"{id}\"");
        return new TaskRef(id, await Blobs.Put(store, System.Text.Encoding.UTF8.GetBytes(document.Json)));
    }
}
