using Seal.Core.Engines;
using Seal.Core.Jobs;
using Seal.Core.Randomness;

namespace Seal.Core.Programs;

/// <summary>The outer update: supervised fine-tuning of the policy on the kept (prompt → self-edit) pairs.</summary>
internal sealed class UpdateProgram(JobRunner runner, IJobEnvironment environment)
{
    public UpdateResult Run(RunContext run, UpdateJob job, CancellationToken cancellation)
    {
        var model = environment.Engine.Open(job.Policy, environment.Files);
        var session = runner.Session(run.Settings, model.Info);
        var settings = run.Settings.Update;
        var sequences = job.Pairs.Select(pair => session.UpdateSequence(runner.Task(pair.Task), pair.Payload)).ToArray();

        var seed = new Seed(job.Seed);
        var batches = Batches(sequences.Length, settings.TrainingEpochs, settings.Batch, seed.Derive("shuffle"));
        var optimizer = new OptimizerSpec(
            settings.LearningRate, settings.WarmupSteps, batches.Count, GradientClip: settings.GradientClip);
        var request = new TrainRequest(settings.DeltaSpec, seed.Derive("initial"), sequences, batches, optimizer);
        var outcome = model.Train([request], step => environment.Progress(step.Step, step.Total, step.Losses[0]), cancellation)[0];
        using var delta = outcome.Delta;
        if (delta is null)
        {
            return new UpdateResult(null, outcome.Losses.Length, null, null, outcome.Failure);
        }

        var adapter = environment.Keep("adapter.safetensors", delta.ToSafetensors());
        return new UpdateResult(adapter.Sha256, outcome.Losses.Length, (float)outcome.Losses[0], (float)outcome.Losses[^1], null);
    }

    /// <summary>Passes over all pairs, each in an order of its own.</summary>
    private static List<int[]> Batches(int count, int passes, int size, Seed seed)
    {
        var random = new CounterRandom(seed);
        var batches = new List<int[]>();
        for (var pass = 0; pass < passes; pass++)
        {
            batches.AddRange(random.NextPermutation(count).Chunk(size));
        }

        return batches;
    }
}
