using System.Globalization;
using Seal.Core.Engines;
using Seal.Core.Json;
using Seal.Models.Safetensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Pretraining;

/// <summary>Where a run stands beside its weights.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Window">Window of the batch plan in progress.</param>
/// <param name="Batch">Batches of that window done.</param>
/// <param name="Tokens">Tokens read.</param>
/// <param name="Seconds">Time spent, over all starts.</param>
/// <param name="DecayingTo">Steps of the run once its learning rate has begun to decay: its end is settled. 0 before.</param>
internal sealed record PretrainState(int Step, long Window, int Batch, long Tokens, double Seconds, int DecayingTo)
{
    public static PretrainState Start { get; } = new(0, 0, 0, 0, 0, 0);
}

/// <summary>The file a run goes on from: weights, moments, place. Written beside itself, synced, then renamed, so it is always whole.</summary>
internal static class PretrainCheckpoint
{
    public const string FileName = "checkpoint.safetensors";

    public static void Write(string folder, string identity, PretrainState state, TrainedParameters parameters, PretrainOptimizer optimizer)
    {
        var metadata = new Dictionary<string, string> { ["identity"] = identity, ["state"] = SealJson.ToText(state) };
        AtomicFile.Write(
            Path.Combine(folder, FileName),
            stream =>
                SafetensorsWriter.Write(
                    stream,
                    [Entry("weights", parameters.Flat), Entry("first", optimizer.First), Entry("second", optimizer.Second)],
                    metadata
                )
        );
    }

    /// <summary>Puts a run back where its checkpoint is; null if there is none.</summary>
    /// <param name="decayStart">Where this run's decay begins: a checkpoint from before any decay may be gone on from up to there.</param>
    /// <param name="end">This run's steps.</param>
    /// <exception cref="ModelFormatException">The checkpoint is of another run, or malformed.</exception>
    public static PretrainState? Restore(
        string folder,
        string identity,
        int decayStart,
        int end,
        TrainedParameters parameters,
        PretrainOptimizer optimizer
    )
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        using var file = SafetensorsFile.Read(path);
        if (file.Metadata.GetValueOrDefault("identity") != identity)
        {
            throw new ModelFormatException(
                $"{path}: the checkpoint is of a run with other options or texts, or of another numeric class "
                    + $"({file.Metadata.GetValueOrDefault("identity")}; this one is {identity}). Remove the folder, or give another."
            );
        }

        var state = SealJson.Parse<PretrainState>(file.Metadata["state"]);
        if (state.DecayingTo != end && (state.DecayingTo > 0 || state.Step > decayStart))
        {
            throw new ModelFormatException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{path}: at step {state.Step} the run cannot become one of {end} steps that decays from {decayStart}: "
                        + $"{(state.DecayingTo > 0 ? $"it decays towards {state.DecayingTo}" : "it is past that")}. Ask for more steps, or remove "
                        + $"the folder."
                )
            );
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Fill(parameters.Flat, "weights");
        Fill(optimizer.First, "first");
        Fill(optimizer.Second, "second");
        return state;

        void Fill(Tensor target, string name)
        {
            var entry = file.Get(name);
            if (entry.Count != target.numel())
            {
                throw new ModelFormatException(
                    string.Create(CultureInfo.InvariantCulture, $"{path}: {name} has {entry.Count} numbers; the model has {target.numel()}.")
                );
            }

            target.copy_(Placement.Cpu.Of(file.ReadSingles(entry), entry.Count));
        }
    }

    private static SafetensorsEntry Entry(string name, Tensor values) =>
        SafetensorsEntry.FromSingles(name, [values.numel()], values.detach().data<float>().ToArray());
}
