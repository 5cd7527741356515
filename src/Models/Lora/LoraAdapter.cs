using System.Globalization;
using Seal.Core.Engines;
using Seal.Models.Llama;
using Seal.Models.Llama.Kernels;
using Seal.Models.Safetensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Lora;

/// <summary>One projection's part of an adapter, laid out as PEFT writes it.</summary>
/// <param name="Down">A, [r, in].</param>
/// <param name="Up">B, [out, r].</param>
internal sealed record LoraPart(int Layer, Projection Projection, Tensor Down, Tensor Up);

/// <summary>A low-rank adapter by itself: W + (α / r) B A.</summary>
internal sealed class LoraAdapter(int rank, double alpha, IReadOnlyList<LoraPart> parts) : IDisposable
{
    public IReadOnlyList<LoraPart> Parts { get; } = parts;

    /// <summary>What B A is multiplied with.</summary>
    public double Scale => alpha / rank;

    /// <summary>The model with this adapter merged into its weights.</summary>
    public LlamaModel Merge(LlamaModel model)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var merged = Parts.ToDictionary(
            part => TensorNames.Weight(part.Layer, part.Projection),
            part => Merged(model.Weights.Projection(part.Layer, part.Projection), part),
            StringComparer.Ordinal
        );
        return model.With(merged);
    }

    /// <summary>A safetensors file with PEFT's tensor names; kind, rank and α stand in its metadata.</summary>
    public byte[] ToSafetensors()
    {
        using var scope = NewDisposeScope();
        return SafetensorsWriter.ToBytes(
            Parts.SelectMany(part =>
                new[]
                {
                    SafetensorsEntry.FromSingles(LoraShape.DownName(part.Layer, part.Projection), part.Down.shape, Values(part.Down)),
                    SafetensorsEntry.FromSingles(LoraShape.UpName(part.Layer, part.Projection), part.Up.shape, Values(part.Up)),
                }
            ),
            new Dictionary<string, string>
            {
                ["format"] = "pt",
                ["kind"] = AdapterFile.LoraKind,
                ["rank"] = rank.ToString(CultureInfo.InvariantCulture),
                ["alpha"] = alpha.ToString("R", CultureInfo.InvariantCulture),
            }
        );
    }

    // The sum is made in fp32 and rounded once.
    private Tensor Merged(Tensor weight, LoraPart part)
    {
        using var scope = NewDisposeScope();
        var added = part.Up.to(weight.device).mm(part.Down.to(weight.device));
        var merged = weight.to(ScalarType.Float32).add(added, Torch.Number(alpha / rank)).to(weight.dtype);
        return merged.isfinite().all().ToBoolean()
            ? merged.MoveToOuterDisposeScope()
            : throw new ModelFormatException(
                $"{TensorNames.Weight(part.Layer, part.Projection)}: with the adapter's update it is not finite in {weight.dtype}. Was the adapter "
                    + $"made for another model, or did its training diverge?"
            );
    }

    public void Dispose()
    {
        foreach (var part in Parts)
        {
            part.Down.Dispose();
            part.Up.Dispose();
        }
    }

    private static ReadOnlySpan<float> Values(Tensor tensor) => tensor.Values<float>();
}
