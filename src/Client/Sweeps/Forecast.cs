using System.Diagnostics;
using System.Globalization;
using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Proposers;
using Seal.Core.Randomness;
using Seal.Core.Sweeps;

namespace Seal.Client.Sweeps;

/// <summary>
/// A forecast of a sweep's duration from a few of its inner loops, run whole and as many at once as the sweep will run: early exits, judging and what the
/// slots take from each other are in it.
/// </summary>
/// <param name="Samples">Inner loops that were run.</param>
/// <param name="Loops">Inner loops that the plan will probably train.</param>
/// <param name="LoopSeconds">Mean seconds of one, judging included.</param>
/// <param name="Steps">Optimizer steps of the plan, early ends counted as often as they were seen.</param>
/// <param name="Total">For the whole plan.</param>
/// <param name="Shares">Runs that inner loops are for, each with its share: those that try every self-edit, as the others look up there; without such runs all of them.</param>
internal sealed record Forecast(int Samples, double Loops, double LoopSeconds, double Steps, TimeSpan Total, IReadOnlyDictionary<string, double> Shares)
{
    private const int MostLoops = 40;
    private const int LeastLoops = 4;
    private const int EditsPerTask = 5;
    private const int MostTasks = 60;

    /// <summary>What the grid itself takes for a candidate that is looked up: a few small documents, written durably.</summary>
    private const double LookUpSeconds = 0.012;

    /// <summary>Measuring may take this long, or this share of what it foretells, but never longer than the third.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);
    private const double PatienceShare = 0.02;
    private static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(150);

    /// <param name="sweep">The sweep.</param>
    /// <param name="workers">Device slots.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    public static Forecast Calibrate(LoadedSweep sweep, int workers, CancellationToken cancellation)
    {
        var slots = Math.Min(workers, Environment.ProcessorCount);
        var plan = new Population(sweep, cancellation);
        var queue = new Queue<PlannedLoop>(plan.Sample.Take(MostLoops));
        var done = new List<(PlannedLoop Loop, double Seconds, bool Solved, int Steps)>();
        var cost = PlanCost.Of(sweep.Spec, plan.SchemaEdits);
        var score = Scores.Observation(sweep.Runs[0].Settings.Evaluate.Score);
        var started = Stopwatch.StartNew();
        var patience = Patience;
        Task.WaitAll([.. Enumerable.Range(0, slots).Select(_ => Task.Factory.StartNew(Slot, cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default))], cancellation);

        // Seconds follow the tokens that a plan reads; what is refused or cut short early is in the ratio.
        double measured = done.Sum(item => item.Seconds), planned = done.Sum(item => item.Loop.Weight);
        var loopSeconds = planned == 0 ? 0 : measured / planned * plan.MeanWeight;
        var steps = planned == 0 ? 0 : done.Sum(item => item.Steps) / planned * plan.MeanWeight;
        var solved = done.Count == 0 ? 0 : done.Average(item => item.Solved ? 1.0 : 0.0);
        var loops = ExpectedLoops.Of(sweep.Spec, plan.SchemaEdits, solved);
        var proposes = sweep.Runs.Sum(run => run.Phases.Sum(phase => (double)(phase.Trains ? sweep.Training.Count : sweep.Evaluation.Count)));
        var seconds = (loops * loopSeconds) + (proposes * plan.ProposeSeconds) + (cost.UpdateSteps * Math.Max(0.05, solved) * plan.UpdateStepSeconds);
        // Looking up waits for the disk while slots compute: it is what a sweep takes only where there is more of it.
        var wall = Math.Max(seconds / slots, cost.Proposals * LookUpSeconds);
        return new Forecast(done.Count, loops, loopSeconds, (loops * steps) + (cost.UpdateSteps * Math.Max(0.05, solved)), TimeSpan.FromSeconds(wall), SharesOf(sweep, plan.SchemaEdits, loops));

        void Slot()
        {
            using var engine = sweep.Engine.Create();
            var model = engine.Open(sweep.Model, new SingleModel(sweep.ModelFolder));
            var session = Population.Session(sweep, model);
            if (plan.Sample.Where(one => one.Weight > 1).MinBy(one => one.Weight) is { } least)
            {
                // The first loop of a slot pays for compiling and for fresh memory; the sweep pays for it once in hours.
                Run(session, model, least, sweep.Runs[0].Settings, score, cancellation);
            }

            while (true)
            {
                PlannedLoop loop;
                lock (queue)
                {
                    if (done.Count >= LeastLoops)
                    {
                        var whole = done.Average(item => item.Seconds) * (cost.InnerLoops + cost.EvaluationLoops) / slots;
                        patience = TimeSpan.FromSeconds(Math.Clamp(PatienceShare * whole, Patience.TotalSeconds, MostPatience.TotalSeconds));
                    }

                    if (queue.Count == 0 || (done.Count >= LeastLoops && started.Elapsed > patience))
                    {
                        return;
                    }

                    loop = queue.Dequeue();
                }

                var began = Stopwatch.GetTimestamp();
                var (isSolved, steps) = Run(session, model, loop, sweep.Runs[0].Settings, score, cancellation);
                lock (queue)
                {
                    done.Add((loop, Stopwatch.GetElapsedTime(began).TotalSeconds, isSolved, steps));
                }
            }
        }
    }

    private static Dictionary<string, double> SharesOf(LoadedSweep sweep, long schemaEdits, double loops)
    {
        double Planned(RunPlan run) => ExpectedLoops.Planned(run, sweep.Spec, schemaEdits);
        RunPlan[] tables = [.. sweep.Runs.Where(run => run.Arm.Proposer == TableProposer.Name)];
        var (counted, all) = tables.Length > 0 ? (tables, Math.Max(loops, tables.Sum(Planned))) : ([.. sweep.Runs], sweep.Runs.Sum(Planned));
        return counted.ToDictionary(run => run.Name, run => Planned(run) / Math.Max(1, all), StringComparer.Ordinal);
    }

    private static (bool IsSolved, int Steps) Run(IDomainSession session, IModelHandle model, PlannedLoop loop, RunSettings settings, string score, CancellationToken cancellation)
    {
        if (session.PlanInnerLoop(loop.Task, loop.Payload, loop.Seed).Training is not { } training)
        {
            return (false, 0);
        }

        var outcome = model.Train([training], null, cancellation)[0];
        using var delta = outcome.Delta;
        var kind = new RunPhase(0, loop.Trains).Judging(settings);
        var isSolved = delta is not null
            && session.Evaluate(model, delta, loop.Task, loop.Payload, kind, loop.Seed, cancellation).Observations.Any(seen => seen.Name == score && seen.Value == 1);
        return (isSolved, outcome.Losses.Length);
    }

    private sealed record PlannedLoop(TaskDocument Task, bool Trains, string Payload, Seed Seed, double Weight);

    /// <summary>The plan's inner loops, as far as a draw of tasks and self-edits tells, and what proposing and updating take.</summary>
    private sealed class Population
    {
        public Population(LoadedSweep sweep, CancellationToken cancellation)
        {
            using var engine = sweep.Engine.Create();
            var model = engine.Open(sweep.Model, new SingleModel(sweep.ModelFolder));
            var session = Session(sweep, model);
            var random = new CounterRandom(new Seed(0).Derive("forecast"));
            (TaskDocument Task, bool Trains)[] tasks = [.. sweep.Training.Select(task => (task, true)), .. sweep.Evaluation.Select(task => (task, false))];
            tasks = [.. random.NextPermutation(tasks.Length).Take(MostTasks).Select(i => tasks[i])];
            var loops = new List<PlannedLoop>();
            foreach (var (task, trains) in tasks)
            {
                for (var i = 0; i < EditsPerTask; i++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    var seed = new Seed(0).Derive("forecast", task.Id, i.ToString(CultureInfo.InvariantCulture));
                    var payload = session.RandomEdit(new CounterRandom(seed));
                    var training = session.PlanInnerLoop(task, payload, seed).Training;
                    // A refused loop costs next to nothing, but not nothing.
                    var weight = 1 + (training?.Batches.Sum(batch => batch.Sum(index => (double)training.Sequences[index].Length)) ?? 0);
                    loops.Add(new PlannedLoop(task, trains, payload, seed, weight));
                }
            }

            MeanWeight = loops.Average(loop => loop.Weight);
            Sample = [.. random.NextPermutation(loops.Count).Select(i => loops[i])];
            SchemaEdits = session.EnumerateEdits(int.MaxValue).LongCount();
            if (sweep.Runs.Any(run => run.Arm.Proposer == "policy"))
            {
                Measure(sweep, session, model, tasks[0].Task, cancellation);
            }
        }

        public double MeanWeight { get; }

        public IReadOnlyList<PlannedLoop> Sample { get; }

        public long SchemaEdits { get; }

        public double ProposeSeconds { get; private set; }

        public double UpdateStepSeconds { get; private set; }

        public static IDomainSession Session(LoadedSweep sweep, IModelHandle model) =>
            EngineChoice.Domain(sweep.Runs[0].Settings.Domain).Open(sweep.Runs[0].Settings, model.Info);

        private void Measure(LoadedSweep sweep, IDomainSession session, IModelHandle model, TaskDocument task, CancellationToken cancellation)
        {
            var settings = sweep.Runs[0].Settings;
            var prompt = session.Prompt(task);
            var count = (settings.Proposal.Candidates + settings.Proposal.EvaluationCandidates) / 2;
            Seed[] seeds = [.. Enumerable.Range(0, Math.Max(1, count)).Select(i => new Seed((ulong)i))];
            var request = new SampleRequest(prompt.Tokens, prompt.Positions, settings.Proposal.Grammar ? prompt.Constraint : null, seeds, settings.Proposal.Temperature, settings.Proposal.MaxNewTokens);
            model.Sample(request with { Seeds = seeds[..1] }, cancellation);
            var watch = Stopwatch.StartNew();
            model.Sample(request, cancellation);
            ProposeSeconds = watch.Elapsed.TotalSeconds;

            const int Steps = 3;
            var pair = session.UpdateSequence(task, Sample[0].Payload);
            var batch = Enumerable.Repeat(0, settings.Update.Batch).ToArray();
            var training = new TrainRequest(settings.Update.DeltaSpec, new Seed(0), [pair], [.. Enumerable.Repeat(batch, Steps + 1)], new OptimizerSpec(settings.Update.LearningRate, 0, Steps + 1));
            watch.Reset();
            using var delta = model.Train([training], step => Start(watch, step.Step), cancellation)[0].Delta;
            UpdateStepSeconds = watch.Elapsed.TotalSeconds / Steps;
        }

        // The first step pays for warming up.
        private static void Start(Stopwatch watch, int step)
        {
            if (step == 1)
            {
                watch.Start();
            }
        }
    }
}
