using System.Diagnostics;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Core.Sweeps;

namespace Seal.Client.Sweeps;

/// <summary>A forecast of a sweep's duration from a few steps on a few of its tasks.</summary>
/// <param name="Samples">Tasks that were tried.</param>
/// <param name="StepSeconds">Mean seconds of an optimizer step.</param>
/// <param name="StepsPerLoop">Mean steps of a uniformly drawn self-edit's inner loop; refused ones count 0.</param>
/// <param name="JudgeSeconds">Mean seconds of an evaluation with votes.</param>
/// <param name="Total">For the whole plan, if no self-edit were proposed twice.</param>
internal sealed record Forecast(int Samples, double StepSeconds, double StepsPerLoop, double JudgeSeconds, TimeSpan Total)
{
    private const int Edits = 12;
    private const int Steps = 3;

    public static Forecast Calibrate(LoadedSweep sweep, int workers, CancellationToken cancellation)
    {
        var settings = sweep.Runs[0].Settings;
        using var engine = sweep.Engine.Create();
        var model = engine.Open(sweep.Model, new SingleModel(sweep.ModelFolder));
        var session = EngineChoice.Domains.First(domain => domain.Id == settings.Domain).Open(settings, model.Info);
        var tasks = Spread([.. sweep.Training, .. sweep.Evaluation]);
        double steps = 0, stepSeconds = 0, judgeSeconds = 0;
        foreach (var task in tasks)
        {
            var plans = Enumerable.Range(0, Edits).Select(i =>
            {
                var seed = new Seed(0).Derive("forecast", task.Id, i.ToString(System.Globalization.CultureInfo.InvariantCulture));
                var payload = session.RandomEdit(new CounterRandom(seed));
                return (payload, Plan: session.PlanInnerLoop(task, payload, seed), seed);
            }).ToArray();
            steps += plans.Average(plan => plan.Plan.Steps);
            if (plans.FirstOrDefault(plan => plan.Plan.Training is not null) is not { Plan.Training: { } training } sample)
            {
                continue;
            }

            var brief = training with { Batches = [.. training.Batches.Take(Steps + 1)] };
            var watch = new Stopwatch();
            using var delta = model.Train([brief], step => Start(watch, step.Step), cancellation)[0].Delta;
            stepSeconds += watch.Elapsed.TotalSeconds / Math.Max(1, brief.Batches.Count - 1);
            watch.Restart();
            session.Evaluate(model, delta, task, sample.payload, settings.Evaluate.Views > 0 ? EvaluationKind.Vote : EvaluationKind.Plain, sample.seed, cancellation);
            judgeSeconds += watch.Elapsed.TotalSeconds;
        }

        (steps, stepSeconds, judgeSeconds) = (steps / tasks.Length, stepSeconds / tasks.Length, judgeSeconds / tasks.Length);
        var cost = PlanCost.Of(sweep.Spec);
        var seconds = ((cost.InnerLoops + cost.EvaluationLoops) * steps * stepSeconds) + (cost.EvaluationLoops * judgeSeconds) + (cost.UpdateSteps * stepSeconds);
        return new Forecast(tasks.Length, stepSeconds, steps, judgeSeconds, TimeSpan.FromSeconds(seconds / Math.Min(workers, Environment.ProcessorCount)));
    }

    // The first step pays for warming up.
    private static void Start(Stopwatch watch, int step)
    {
        if (step == 1)
        {
            watch.Start();
        }
    }

    /// <summary>Up to five tasks, from the shortest to the longest.</summary>
    private static TaskDocument[] Spread(IReadOnlyList<TaskDocument> tasks)
    {
        var ordered = tasks.OrderBy(task => task.Json.Length).ThenBy(task => task.Id, StringComparer.Ordinal).ToArray();
        return ordered.Length <= 5 ? ordered : [.. Enumerable.Range(0, 5).Select(i => ordered[i * (ordered.Length - 1) / 4])];
    }
}
