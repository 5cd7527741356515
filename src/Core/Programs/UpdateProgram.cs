using Seal.Core.Engines;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Proposers;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Core.Updates;

namespace Seal.Core.Programs;

/// <summary>The outer update: supervised fine-tuning of the policy on the kept (prompt → self-edit) pairs.</summary>
internal sealed class UpdateProgram(JobRunner runner, IJobEnvironment environment)
{
    public UpdateResult Run(RunContext run, UpdateJob job, CancellationToken cancellation)
    {
        var model = environment.Engine.Open(runner.Model(job.Policy), environment.Files);
        var session = runner.Session(run.Settings, model);
        var settings = run.Settings.Update;
        var drawn = Drawn(job.Pairs);
        var seed = new Seed(job.Seed);
        var views = settings.Augment is null ? 1 : settings.TrainingEpochs;
        var sequences = Enumerable
            .Range(0, views)
            .SelectMany(epoch =>
                job.Pairs.Select(
                    (pair, number) =>
                        Weighted(
                            session.UpdateSequence(
                                runner.Task(pair.Task),
                                pair.Payload,
                                pair.Drawn is { } kept ? drawn[kept.Sha256][kept.Place] : null,
                                settings.Augment is null ? null : seed.Derive("view", $"{epoch}", $"{number}")
                            ),
                            pair.Weight
                        )
                )
            )
            .ToArray();

        var request =
            UpdatePlan.Request(sequences, settings, seed, views)
            ?? throw new ArgumentException("An update without pairs has nothing to learn from.", nameof(job));
        var outcome = model.Train([request], step => environment.Progress(step.Step, step.Total, step.Losses[0]), cancellation)[0];
        using var delta = outcome.Delta;
        if (delta is null)
        {
            return new UpdateResult(null, outcome.Losses.Length, null, null, outcome.Failure);
        }

        var adapter = environment.Keep("adapter.safetensors", delta.ToSafetensors());
        return new UpdateResult(adapter.Sha256, outcome.Losses.Length, (float)outcome.Losses[0], (float)outcome.Losses[^1], null);
    }

    private static TokenSequence Weighted(TokenSequence sequence, double? weight) =>
        weight is { } factor ? sequence with { Weights = Array.ConvertAll(sequence.Weights, one => (float)(one * factor)) } : sequence;

    /// <summary>The blobs of drawn tokens that pairs refer to, each read once.</summary>
    private Dictionary<string, DrawnTokens[]> Drawn(IReadOnlyList<UpdatePair> pairs) =>
        pairs
            .Select(pair => pair.Drawn?.Sha256)
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .ToDictionary(sha256 => sha256, sha256 => SealJson.Parse<DrawnTokens[]>(environment.ReadBlob(sha256)), StringComparer.Ordinal);
}
