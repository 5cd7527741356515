using System.Globalization;
using Seal.Core.Engines;
using Seal.Models.Llama;
using Seal.Models.Safetensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Lora;

/// <summary>
/// Reads adapter files: LoRA as PEFT names it, or <c>full</c>, which holds the new weights themselves (so that applying it is exact).
/// The file's metadata says which, with rank and α.
/// </summary>
internal static class AdapterFile
{
    public const string LoraKind = "lora";
    public const string FullKind = "full";

    /// <summary>A new model with the adapter applied.</summary>
    /// <param name="model">Stays as it is.</param>
    /// <param name="bytes">A safetensors file.</param>
    /// <param name="name">Named in errors.</param>
    /// <exception cref="ModelFormatException">Malformed, of unknown kind, or made for a model of another shape.</exception>
    public static LlamaModel Apply(LlamaModel model, ReadOnlyMemory<byte> bytes, string name)
    {
        using var file = SafetensorsFile.Read(bytes, name);
        switch (file.Metadata.GetValueOrDefault("kind"))
        {
            case LoraKind:
                using (var adapter = Lora(model.Config, file, name, Number(file, "alpha", name)))
                {
                    return adapter.Merge(model);
                }

            case FullKind:
                return Full(model, file, name);
            case var kind:
                throw new ModelFormatException($"{name}: metadata kind is '{kind}'; expected '{LoraKind}' or '{FullKind}'.");
        }
    }

    /// <summary>Reads a LoRA file, with PEFT's names for the tensors of projections.</summary>
    /// <param name="alpha">α, which PEFT keeps beside the file in adapter_config.json.</param>
    public static LoraAdapter Lora(LlamaConfig config, SafetensorsFile file, string name, double alpha)
    {
        var parts = new List<LoraPart>();
        var rank = 0;
        var used = 0;
        for (var layer = 0; layer < config.Layers; layer++)
        {
            foreach (var projection in ProjectionExtensions.All)
            {
                var down = file.Find(LoraShape.DownName(layer, projection));
                var up = file.Find(LoraShape.UpName(layer, projection));
                if (down is null && up is null)
                {
                    continue;
                }

                var (rows, columns) = config.Shape(projection);
                if (
                    down is not { Shape: [var r, var width] }
                    || up is not { Shape: [var height, var upRank] }
                    || r != upRank
                    || width != columns
                    || height != rows
                    || (rank != 0 && r != rank)
                )
                {
                    throw new ModelFormatException(
                        $"{name}: {TensorNames.Module(layer, projection)} needs lora_A [r, {columns}] and lora_B [{rows}, r] with one r for the "
                            + $"whole file. Was it made for another model?"
                    );
                }

                rank = (int)r;
                used += 2;
                parts.Add(new LoraPart(layer, projection, Read(file, down), Read(file, up)));
            }
        }

        return used > 0 && used == file.Tensors.Count
            ? new LoraAdapter(rank, alpha, parts)
            : throw new ModelFormatException(
                $"{name}: {file.Tensors.Count - used} of {file.Tensors.Count} tensors are no LoRA of this model's projections."
            );
    }

    /// <summary>A file of kind <c>full</c> with these tensors.</summary>
    public static byte[] WriteFull(IEnumerable<SafetensorsEntry> tensors) =>
        SafetensorsWriter.ToBytes(tensors, new Dictionary<string, string> { ["format"] = "pt", ["kind"] = FullKind });

    private static LlamaModel Full(LlamaModel model, SafetensorsFile file, string name)
    {
        CheckFull(model.Config, file, name);
        using var scope = NewDisposeScope();
        var replaced = file.Tensors.ToDictionary(
            entry => entry.Name,
            entry => model.Map.Of(entry.Name).Of(file.ReadSingles(entry), entry.Shape),
            StringComparer.Ordinal
        );
        return model.With(replaced);
    }

    /// <summary>Refuses a file of kind <c>full</c> with a tensor that the model has not, or with numbers that are not finite.</summary>
    /// <exception cref="ModelFormatException">It has; names the tensor.</exception>
    public static void CheckFull(LlamaConfig config, SafetensorsFile file, string name)
    {
        var shapes = config.Tensors().ToDictionary(t => t.Name, t => t.Shape, StringComparer.Ordinal);
        foreach (var entry in file.Tensors)
        {
            if (!shapes.TryGetValue(entry.Name, out var shape) || !entry.Shape.SequenceEqual(shape))
            {
                throw new ModelFormatException($"{name}: {entry.Name} [{string.Join(", ", entry.Shape)}] is no tensor of this model.");
            }

            file.CheckNumbers(entry);
        }
    }

    /// <summary>α, as the file's metadata says.</summary>
    public static double Alpha(SafetensorsFile file, string name) => Number(file, "alpha", name);

    private static double Number(SafetensorsFile file, string key, string name) =>
        file.Metadata.TryGetValue(key, out var text)
        && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
        && double.IsFinite(value)
            ? value
            : throw new ModelFormatException($"{name}: metadata {key} is '{text}'; expected a number.");

    private static Tensor Read(SafetensorsFile file, SafetensorsTensor entry) =>
        Placement.Cpu.Of(file.ReadSingles(entry), entry.Shape).DetachFromDisposeScope();
}
