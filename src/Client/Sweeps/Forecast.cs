using System.Diagnostics;
using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Programs;
using Seal.Core.Proposers;
using Seal.Core.Runs;
using Seal.Core.Sweeps;
using Seal.Core.Updates;

namespace Seal.Client.Sweeps;

/// <summary>
/// A forecast of a sweep's duration from a few of its inner loops, run whole and as many at once as the sweep will run: early exits, judging and
/// what the slots take from each other are in it. Runs whose trials differ (another schema, rank or number of views) are measured apart, each with
/// its own settings.
/// </summary>
/// <param name="Samples">Inner loops that were run.</param>
/// <param name="Loops">Inner loops that the plan will probably train.</param>
/// <param name="LoopSeconds">Mean seconds of one, judging included.</param>
/// <param name="Steps">Optimizer steps of the plan, early ends counted as often as they were seen.</param>
/// <param name="Total">For the whole plan.</param>
/// <param name="Shares">Runs that inner loops are for, each with its share: those that try every self-edit, as the others look up there; without
/// such runs all of them.</param>
internal sealed record Forecast(
    int Samples,
    double Loops,
    double LoopSeconds,
    double Steps,
    TimeSpan Total,
    IReadOnlyDictionary<string, double> Shares
)
{
    private const int MostLoops = 40;
    private const int LeastLoops = 4;

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
        var plan = ForecastPlan.Of(sweep, cancellation);
        var done = Measure(sweep, plan, slots, cancellation);
        var rates = plan.Kinds.ToDictionary(kind => kind, kind => Rate.Of(kind, done));
        double Solved(RunPlan run) => rates[plan.KindOf(run)].Solved;

        var loops = ExpectedLoops.ByRun(sweep.Spec, plan.Space, Solved);
        var (all, loopSeconds, loopSteps) = (0.0, 0.0, 0.0);
        var (seconds, updateSteps) = (0.0, 0.0);
        foreach (var run in sweep.Runs)
        {
            var rate = rates[plan.KindOf(run)];
            var (propose, updateStep) = plan.PolicyOf(run);
            var updates = PlanCost.Of(run, sweep.Spec, plan.Space).UpdateSteps * Math.Max(0.05, UpdateFilter.LikelyKept(run.Settings, rate.Solved));
            all += loops[run.Name];
            loopSeconds += loops[run.Name] * rate.Seconds;
            loopSteps += loops[run.Name] * rate.Steps;
            updateSteps += updates;
            seconds +=
                (run.Phases.Where(phase => phase is { Edits: null, Given: null }).Sum(phase => SweepPlan.Tasks(sweep.Spec, phase)) * propose)
                + (updates * updateStep);
        }

        // Looking up waits for the disk while slots compute: it is what a sweep takes only where there is more of it.
        var wall = Math.Max((loopSeconds + seconds) / slots, PlanCost.Of(sweep.Spec, plan.Space).Proposals * LookUpSeconds);
        return new Forecast(
            done.Count,
            all,
            all == 0 ? 0 : loopSeconds / all,
            loopSteps + updateSteps,
            TimeSpan.FromSeconds(wall),
            SharesOf(sweep, plan.Space, all)
        );
    }

    /// <summary>Runs inner loops of all kinds in turn until enough is known.</summary>
    private static List<Measured> Measure(LoadedSweep sweep, ForecastPlan plan, int slots, CancellationToken cancellation)
    {
        var cost = PlanCost.Of(sweep.Spec, plan.Space);
        var most = Math.Max(MostLoops, plan.Kinds.Count);
        var queue = new Queue<PlannedLoop>(plan.Sample.Take(most));
        // Every kind at least once, as far as that is one of the loops that are run.
        var least = Math.Min(most, Math.Max(LeastLoops, plan.Kinds.Count));
        var done = new List<Measured>();
        var started = Stopwatch.StartNew();
        var patience = Patience;
        Task.WaitAll(
            [
                .. Enumerable
                    .Range(0, slots)
                    .Select(_ => Task.Factory.StartNew(Slot, cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default)),
            ],
            cancellation
        );
        return done;

        void Slot()
        {
            using var engine = sweep.Engine.Create();
            var opener = new ModelOpener(engine, new SingleModel(sweep.ModelFolder));
            var model = engine.Open(sweep.Model, opener.Files);
            var sessions = plan.Kinds.ToDictionary(kind => kind, kind => kind.Session(model.Info));
            if (plan.Sample.Where(one => one.Weight > 1).MinBy(one => one.Weight) is { } first)
            {
                // The first loop of a slot pays for compiling and for fresh memory; the sweep pays for it once in hours.
                Run(sessions[first.Kind], opener, sweep.Model, first, cancellation);
            }

            while (true)
            {
                PlannedLoop loop;
                lock (queue)
                {
                    if (done.Count >= least)
                    {
                        var whole = done.Average(item => item.Seconds) * (cost.InnerLoops + cost.EvaluationLoops) / slots;
                        patience = TimeSpan.FromSeconds(Math.Clamp(PatienceShare * whole, Patience.TotalSeconds, MostPatience.TotalSeconds));
                    }

                    if (queue.Count == 0 || (done.Count >= least && started.Elapsed > patience))
                    {
                        return;
                    }

                    loop = queue.Dequeue();
                }

                var began = Stopwatch.GetTimestamp();
                var (isSolved, steps) = Run(sessions[loop.Kind], opener, sweep.Model, loop, cancellation);
                lock (queue)
                {
                    done.Add(new Measured(loop, Stopwatch.GetElapsedTime(began).TotalSeconds, isSolved, steps));
                }
            }
        }
    }

    private static Dictionary<string, double> SharesOf(LoadedSweep sweep, TrialSpace space, double loops)
    {
        double Planned(RunPlan run) => PlanCost.Of(run, sweep.Spec, space) is var cost ? cost.InnerLoops + cost.EvaluationLoops : 0;
        RunPlan[] tables = [.. sweep.Runs.Where(run => run.Arm.Source.IsTable)];
        var (counted, all) = tables.Length > 0 ? (tables, Math.Max(loops, tables.Sum(Planned))) : ([.. sweep.Runs], sweep.Runs.Sum(Planned));
        return counted.ToDictionary(run => run.Name, run => Planned(run) / Math.Max(1, all), StringComparer.Ordinal);
    }

    private static (bool IsSolved, int Steps) Run(
        IDomainSession session,
        ModelOpener opener,
        ModelRef model,
        PlannedLoop loop,
        CancellationToken cancellation
    )
    {
        var settings = loop.Kind.Settings;
        var (kind, score) = (settings.Judging(loop.Trains ? TaskSet.Training : TaskSet.Evaluation), Scores.Observation(settings.Evaluate.Score));
        // Opened anew: a chain may have taken its place in memory.
        using var runner = new TrialRunner(session, opener.Engine.Open(model, opener.Files), loop.Task, opener, UnaskedJudge.Instance);
        var (trial, seen) = runner.Run(loop.Payload, loop.Seed, kind, cancellation);
        return (seen?.Observations.Any(one => one.Name == score && one.Value == 1) == true, trial.Losses.Length);
    }

    private sealed record Measured(PlannedLoop Loop, double Seconds, bool IsSolved, int Steps);

    /// <summary>What an inner loop of a kind takes.</summary>
    private sealed record Rate(double Seconds, double Steps, double Solved)
    {
        /// <summary>Seconds follow the tokens that a plan reads; what is refused or cut short early is in the ratio. Kinds that nobody ran take the
        /// others' ratio.</summary>
        public static Rate Of(TrialKind kind, IReadOnlyList<Measured> all)
        {
            Measured[] own = [.. all.Where(item => item.Loop.Kind == kind)];
            var done = own.Length > 0 ? own : all;
            var planned = done.Sum(item => item.Loop.Weight);
            return planned == 0
                ? new Rate(0, 0, 0)
                : new Rate(
                    done.Sum(item => item.Seconds) / planned * kind.MeanWeight,
                    done.Sum(item => item.Steps) / planned * kind.MeanWeight,
                    done.Average(item => item.IsSolved ? 1.0 : 0.0)
                );
        }
    }
}
