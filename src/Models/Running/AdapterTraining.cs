using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Models.Llama;
using Seal.Models.Lora;
using Seal.Models.Training;

namespace Seal.Models.Running;

/// <summary>One step's batch.</summary>
/// <param name="Rows">Token ids with weight 1 on tokens that count in the loss.</param>
/// <param name="Attended">Per row, tokens before its padding on the right; padding is read and may count in the loss, but text does not look at
/// it.</param>
public sealed record TrainingBatch(IReadOnlyList<TokenSequence> Rows, IReadOnlyList<int> Attended);

/// <summary>How the learning rate runs, and how gradients are clipped.</summary>
/// <param name="LearningRate">Peak.</param>
/// <param name="Warmup">Steps of linear warm-up from 0.</param>
/// <param name="Total">Steps until a cosine reaches 0, as Hugging Face's get_cosine_schedule_with_warmup; null for a rate that stays.</param>
/// <param name="Clip">Largest global gradient norm; 0 for none.</param>
/// <param name="WeightDecay">Decoupled.</param>
public sealed record TrainingSchedule(double LearningRate, int Warmup, int? Total, double Clip, double WeightDecay = 0)
{
    /// <summary>The learning rate of a step, from 0.</summary>
    public double At(int step) =>
        Total is { } total
            ? new OptimizerSpec(LearningRate, Warmup, total).At(step)
            : LearningRate * Math.Min(1, Warmup == 0 ? 1 : (double)step / Warmup);
}

/// <param name="Loss">Mean over the batch's counted tokens, before the update.</param>
/// <param name="LearningRate">Of the step.</param>
/// <param name="GradientNorm">Before clipping.</param>
public sealed record AdapterStep(double Loss, double LearningRate, double GradientNorm);

/// <summary>A LoRA adapter that is trained on given batches, and read and written as PEFT does.</summary>
public sealed class AdapterTraining : IDisposable
{
    private readonly LoraBank _bank;
    private readonly byte[] _config;

    private AdapterTraining(LoraBank bank, byte[] config) => (_bank, _config) = (bank, config);

    /// <summary>Goes on from the adapter in a folder; where the folder has no weights yet, from A drawn by seed and B = 0.</summary>
    /// <exception cref="ModelFormatException">The adapter cannot be used, or not be trained here.</exception>
    public static AdapterTraining Open(LlamaModel model, string folder, Seed seed)
    {
        var raw = File.Exists(Path.Combine(folder, PeftConfig.FileName)) ? ModelFile.ReadAllBytes(Path.Combine(folder, PeftConfig.FileName)) : [];
        var config = PeftConfig.Load(folder);
        if (config.HasPatterns)
        {
            throw new ModelFormatException(
                $"{folder}: {PeftConfig.FileName} has rank_pattern or alpha_pattern; such adapters can be applied and merged, not trained here."
            );
        }

        if (config.Dropout > 0)
        {
            throw new ModelFormatException(
                FormattableString.Invariant($"{folder}: lora_dropout is {config.Dropout}; adapters are trained without dropout here. Set it to 0.")
            );
        }

        if (!File.Exists(Path.Combine(folder, PeftFolder.WeightsFile)))
        {
            if (config.HasChosenLayers)
            {
                throw new ModelFormatException(
                    $"{folder}: {PeftConfig.FileName} has layers_to_transform; such adapters can be applied and merged, not trained here."
                );
            }

            return new AdapterTraining(new LoraBank(model, Spec(config, config.Targets()), [seed]), raw);
        }

        using var adapter = PeftFolder.Load(folder, model.Config).Adapter;
        var targets = adapter.Parts.Select(part => part.Projection).Distinct().Order().ToArray();
        if (adapter.Parts.Count != targets.Length * model.Config.Layers)
        {
            throw new ModelFormatException($"{folder}: the adapter leaves out some layers; it can be applied and merged, not trained here.");
        }

        var bank = new LoraBank(model, Spec(config, [.. targets.Select(target => target.ShortName())]), [seed]);
        bank.Set(0, adapter);
        return new AdapterTraining(bank, raw);
    }

    /// <summary>A new adapter: A uniform in ±1/√in by seed, B = 0.</summary>
    public static AdapterTraining New(LlamaModel model, int rank, double alpha, IReadOnlyList<string> targets, Seed seed, string? baseModel) =>
        new(new LoraBank(model, new DeltaSpec(DeltaKind.Lora, rank, alpha, targets), [seed]), PeftConfig.Write(rank, alpha, targets, baseModel));

    /// <summary>One optimizer step.</summary>
    /// <exception cref="InvalidOperationException">Loss or gradient are not finite; nothing was changed.</exception>
    public AdapterStep Step(TrainingBatch batch, TrainingSchedule schedule, int step)
    {
        // Whole rows take the fast attention, padded ones the masked one.
        var padded = batch.Rows.Where((row, r) => batch.Attended[r] != row.Length).Any();
        var report = _bank.Step([
            new MemberStep(0, batch.Rows, schedule.At(step), schedule.WeightDecay, schedule.Clip, padded ? batch.Attended : null),
        ])[0];
        return report.Failure is { } failure
            ? throw new InvalidOperationException($"step {step + 1}: {failure}")
            : new AdapterStep(report.Loss, schedule.At(step), report.GradientNorm);
    }

    /// <summary>Writes adapter_config.json and adapter_model.safetensors.</summary>
    /// <exception cref="InvalidOperationException">The trained weights are not finite.</exception>
    public void Save(string folder)
    {
        if (!_bank.IsFinite(0))
        {
            throw new InvalidOperationException("the trained weights are not finite");
        }

        using var adapter = _bank.Extract(0);
        PeftFolder.Write(folder, adapter.ToSafetensors(), _config);
    }

    public void Dispose() => _bank.Dispose();

    private static DeltaSpec Spec(PeftConfig config, IReadOnlyList<string> targets) =>
        new(DeltaKind.Lora, config.Rank, config.EffectiveAlpha, targets);
}
