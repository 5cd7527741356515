using System.Diagnostics;
using System.Globalization;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Proposers;
using Seal.Core.Randomness;
using Seal.Core.Runs;
using Seal.Core.Sweeps;

namespace Seal.Client.Sweeps;

/// <summary>An inner loop that a forecast may run.</summary>
/// <param name="Kind">Whose settings it has.</param>
/// <param name="Task">The task.</param>
/// <param name="Trains">Whether it is a training task.</param>
/// <param name="Payload">The self-edit.</param>
/// <param name="Seed">The inner seed.</param>
/// <param name="Weight">Tokens that its plan reads, and one: a refused loop costs next to nothing, but not nothing.</param>
internal sealed record PlannedLoop(TrialKind Kind, TaskDocument Task, bool Trains, string Payload, Seed Seed, double Weight);

/// <summary>Runs whose trials cost the same: the trial cache would take one's for the other's.</summary>
/// <param name="settings">Settings of one of them.</param>
internal sealed class TrialKind(RunSettings settings)
{
    public RunSettings Settings => settings;

    /// <summary>Mean <see cref="PlannedLoop.Weight"/> of its loops.</summary>
    public double MeanWeight { get; set; }

    /// <summary>Self-edits of the schema; null where a policy may write others.</summary>
    public long? Edits { get; set; }

    public IDomainSession Session(ModelInfo model) => EngineChoice.Domain(settings.Domain).Open(settings, model);
}

/// <summary>A sweep's inner loops, as far as a draw of tasks and self-edits tells, by kind of trial; and what proposing and updating take.</summary>
internal sealed class ForecastPlan
{
    private const int EditsPerTask = 5;
    private const int MostTasks = 60;

    private readonly Dictionary<string, TrialKind> _kinds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (double Propose, double UpdateStep)> _policies = new(StringComparer.Ordinal);

    private ForecastPlan() { }

    /// <summary>In the order of the runs.</summary>
    public IReadOnlyCollection<TrialKind> Kinds => _kinds.Values;

    /// <summary>Loops to run, of all kinds in turn.</summary>
    public IReadOnlyList<PlannedLoop> Sample { get; private set; } = [];

    public TrialSpace Space => new(settings => _kinds[NameOf(settings)].Edits, Identity);

    public TrialKind KindOf(RunPlan run) => _kinds[NameOf(run.Settings)];

    /// <summary>Seconds of a proposal of a run's policy and of a step of its update; nothing where no policy writes.</summary>
    public (double Propose, double UpdateStep) PolicyOf(RunPlan run) => IsPolicy(run) ? _policies[PolicyName(run.Settings)] : (0, 0);

    public static ForecastPlan Of(LoadedSweep sweep, CancellationToken cancellation)
    {
        var plan = new ForecastPlan();
        using var engine = sweep.Engine.Create();
        var model = engine.Open(sweep.Model, new SingleModel(sweep.ModelFolder));
        foreach (var run in sweep.Runs)
        {
            plan._kinds.TryAdd(NameOf(run.Settings), new TrialKind(run.Settings));
        }

        var random = new CounterRandom(new Seed(0).Derive("forecast"));
        (TaskDocument Task, bool Trains)[] tasks =
        [
            .. sweep.Training.Select(task => (task, true)),
            .. sweep.Evaluation.Select(task => (task, false)),
        ];
        tasks = [.. random.NextPermutation(tasks.Length).Take(MostTasks).Select(i => tasks[i])];
        var samples = plan.Kinds.Select(kind => Draw(kind, kind.Session(model.Info), model, tasks, random, cancellation)).ToArray();
        plan.Sample =
        [
            .. Enumerable
                .Range(0, samples.Max(sample => sample.Count))
                .SelectMany(i => samples.Where(sample => i < sample.Count).Select(sample => sample[i])),
        ];
        foreach (var run in sweep.Runs.Where(run => IsPolicy(run) && !plan._policies.ContainsKey(PolicyName(run.Settings))))
        {
            plan._policies[PolicyName(run.Settings)] = Measure(
                run.Settings,
                model,
                tasks[0].Task,
                plan.Sample.First(loop => loop.Kind == plan.KindOf(run)).Payload,
                cancellation
            );
        }

        return plan;
    }

    /// <summary>Loops of one kind, shuffled.</summary>
    private static List<PlannedLoop> Draw(
        TrialKind kind,
        IDomainSession session,
        IModelHandle model,
        (TaskDocument Task, bool Trains)[] tasks,
        CounterRandom random,
        CancellationToken cancellation
    )
    {
        var loops = new List<PlannedLoop>();
        foreach (var (task, trains) in tasks)
        {
            // Where self-edits are free text they have to be written, which takes as long as it takes: one of each of a few tasks.
            for (var i = 0; session.Space is null ? i == 0 && loops.Count < EditsPerTask : i < EditsPerTask; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                var seed = new Seed(0).Derive("forecast", task.Id, i.ToString(CultureInfo.InvariantCulture));
                var payload = session.Space?.Random(new CounterRandom(seed)) ?? Written(kind.Settings, session, model, task, seed, cancellation);
                if (payload is null)
                {
                    continue;
                }

                var weight = 1.0 + session.PlanInnerLoop(task, payload, seed).Tokens;
                loops.Add(new PlannedLoop(kind, task, trains, payload, seed, weight));
            }
        }

        if (loops.Count == 0)
        {
            throw new SweepException("The base model wrote no valid self-edit to forecast by; leave the forecast out with --no-forecast.");
        }

        kind.MeanWeight = loops.Average(loop => loop.Weight);
        kind.Edits = session.Space is { IsWhole: true } space ? space.Enumerate().LongCount() : null;
        return [.. random.NextPermutation(loops.Count).Select(i => loops[i])];
    }

    /// <summary>A self-edit as the base model writes it; null where it is none.</summary>
    private static string? Written(
        RunSettings settings,
        IDomainSession session,
        IModelHandle model,
        TaskDocument task,
        Seed seed,
        CancellationToken cancellation
    )
    {
        var drawn = model.Sample(session.Prompt(task).Request(settings.Proposal, [seed]), cancellation)[0];
        return session.Parse(model.Info.Tokenizer.Decode(drawn.Tokens)).Payload;
    }

    private static (double Propose, double UpdateStep) Measure(
        RunSettings settings,
        IModelHandle model,
        TaskDocument task,
        string edit,
        CancellationToken cancellation
    )
    {
        var session = EngineChoice.Domain(settings.Domain).Open(settings, model.Info);
        var count = (settings.Proposal.Candidates + settings.Proposal.EvaluationCandidates) / 2;
        Seed[] seeds = [.. Enumerable.Range(0, Math.Max(1, count)).Select(i => new Seed((ulong)i))];
        var request = session.Prompt(task).Request(settings.Proposal, seeds);
        model.Sample(request with { Seeds = seeds[..1] }, cancellation);
        var watch = Stopwatch.StartNew();
        model.Sample(request, cancellation);
        var propose = watch.Elapsed.TotalSeconds;

        const int Steps = 3;
        var pair = session.UpdateSequence(task, edit);
        var batch = Enumerable.Repeat(0, settings.Update.Batch).ToArray();
        var training = new TrainRequest(
            settings.Update.DeltaSpec,
            new Seed(0),
            [pair],
            [.. Enumerable.Repeat(batch, Steps + 1)],
            new OptimizerSpec(settings.Update.LearningRate, 0, Steps + 1)
        );
        watch.Reset();
        using var delta = model.Train([training], step => Start(watch, step.Step), cancellation)[0].Delta;
        return (propose, watch.Elapsed.TotalSeconds / Steps);
    }

    // The first step pays for warming up.
    private static void Start(Stopwatch watch, int step)
    {
        if (step == 1)
        {
            watch.Start();
        }
    }

    private static bool IsPolicy(RunPlan run) => run.Arm.Source.Learns;

    // What counts as solved and the size of packs are no parts of a trial, but of what is measured.
    private static string NameOf(RunSettings settings) =>
        $"{settings.Evaluate.Score} {settings.Inner.PackSize} {Identity(settings, settings.Judging(TaskSet.Training))} "
        + $"{Identity(settings, settings.Judging(TaskSet.Evaluation))}";

    /// <summary>What the trial's bytes depend on; its time too.</summary>
    private static string Identity(RunSettings settings, EvaluationKind kind) =>
        InnerSeeds.Identity(EngineChoice.Domain(settings.Domain), settings, kind);

    /// <summary>What the time of a proposal or of an update's step depends on.</summary>
    private static string PolicyName(RunSettings settings) =>
        SealJson.ToText(
            new
            {
                trial = NameOf(settings),
                settings.Proposal.Candidates,
                settings.Proposal.EvaluationCandidates,
                settings.Proposal.MaxNewTokens,
                settings.Proposal.Grammar,
                settings.Proposal.Template,
                settings.Update.Delta,
                settings.Update.Rank,
                settings.Update.Targets,
                settings.Update.Batch,
            }
        );
}
