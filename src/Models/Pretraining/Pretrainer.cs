using Seal.Core.Engines;
using Seal.Core.Json;
using Seal.Core.Randomness;
using Seal.Models.Engine;
using Seal.Models.Llama;

namespace Seal.Models.Pretraining;

/// <summary>
/// Trains a small decoder from nothing. Left out of the textbook: data workers, gradient accumulation, mixed precision, dropout. A run
/// that was stopped, in whatever way, goes on from its last checkpoint and ends with the same bytes as one that was not.
/// </summary>
public static class Pretrainer
{
    private const int ReportEvery = 10;

    /// <summary>Folder under the work folder with the model as it was at the latest evaluation.</summary>
    public const string LatestFolder = "latest";

    /// <summary>Trains, or goes on training, and leaves a model folder: config.json, model.safetensors, tokenizer.json, card.md.</summary>
    /// <param name="options">Shape, schedule, folders.</param>
    /// <param name="vocabulary">The vocabulary of the texts.</param>
    /// <param name="corpus">Texts and probes.</param>
    /// <param name="clock">For the time in logs and card; results do not depend on it.</param>
    /// <param name="progress">Told every ten steps and at evaluations.</param>
    /// <param name="cancellation">Writes a checkpoint and ends.</param>
    /// <returns>The last evaluation.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="ModelFormatException">The work folder holds the checkpoint of another run, or of another numeric class.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the checkpoint is written.</exception>
    /// <exception cref="InvalidOperationException">The loss is not finite, or no text fits.</exception>
    public static PretrainEvaluation Run(
        PretrainOptions options,
        PretrainVocabulary vocabulary,
        PretrainCorpus corpus,
        TimeProvider clock,
        IProgress<PretrainProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        Torch.Initialize();
        var config = options.Config(vocabulary.Tokenizer.VocabularySize, vocabulary.IsGrid);
        Directory.CreateDirectory(options.Work);
        using var initial = LlamaModel.Random(config, new Seed(options.Seed));
        using var run = new PretrainRun(options, vocabulary, corpus, clock, initial);
        return run.ToEnd(progress, ReportEvery, cancellation);
    }

    /// <summary>What must be equal for a checkpoint to be gone on from: everything that decides the bytes before the decay, the numeric class
    /// too.</summary>
    internal static string Identity(PretrainOptions options, PretrainVocabulary vocabulary, PretrainCorpus corpus)
    {
        var deciding = options with
        {
            Output = "",
            Work = "",
            Steps = 0,
            DecaySteps = 0,
            EvaluateEvery = 1,
            CheckpointEvery = 1,
            TensorBoard = false,
        };
        return SealJson.Hash<string[]>([SealJson.ToText(deciding), vocabulary.Tokenizer.Id, corpus.Description, NumericClass.Current])[..16];
    }
}
