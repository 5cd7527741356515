using System.Globalization;
using System.Text.RegularExpressions;
using Seal.Core.Engines;
using Seal.Models.Llama;
using Seal.Models.Pretraining;
using Seal.Models.Safetensors;
using static TorchSharp.torch;

namespace Seal.Models.Lora;

/// <summary>Adapters as PEFT keeps them on disk: a folder with adapter_config.json and adapter_model.safetensors.</summary>
public static partial class PeftFolder
{
    public const string WeightsFile = "adapter_model.safetensors";

    /// <summary>The model with an adapter merged into its weights.</summary>
    /// <param name="model">Stays as it is.</param>
    /// <param name="adapter">A PEFT folder, or one adapter file from a store's <c>blobs</c>.</param>
    /// <exception cref="ModelFormatException">It cannot be used with this model; says why.</exception>
    public static LlamaModel Apply(LlamaModel model, string adapter)
    {
        if (File.Exists(adapter))
        {
            return AdapterFile.Apply(model, ModelFile.ReadAllBytes(adapter), adapter);
        }

        using var lora = Load(adapter, model.Config).Adapter;
        return lora.Merge(model);
    }

    /// <summary>Turns an adapter file of a store's <c>blobs</c> into a folder that PEFT reads.</summary>
    /// <param name="file">The file; of kind lora.</param>
    /// <param name="folder">Made if it is not there.</param>
    /// <param name="baseModel">Written as base_model_name_or_path.</param>
    /// <exception cref="ModelFormatException">The file is no LoRA.</exception>
    public static void Export(string file, string folder, string? baseModel)
    {
        var bytes = ModelFile.ReadAllBytes(file);
        using var source = SafetensorsFile.Read(bytes, file);
        if (
            source.Metadata.GetValueOrDefault("kind") != AdapterFile.LoraKind
            || !int.TryParse(source.Metadata.GetValueOrDefault("rank"), NumberStyles.None, CultureInfo.InvariantCulture, out var rank)
            || !double.TryParse(source.Metadata.GetValueOrDefault("alpha"), NumberStyles.Float, CultureInfo.InvariantCulture, out var alpha)
        )
        {
            throw new ModelFormatException(
                $"{file}: its metadata does not say that it is a LoRA with rank and alpha. Only adapters of runs with inner.delta or update.delta = "
                    + $"\"lora\" fit PEFT; for others use `seal model merge`."
            );
        }

        foreach (var tensor in source.Tensors)
        {
            source.CheckNumbers(tensor);
        }

        var targets = source
            .Tensors.Select(tensor => Place(tensor.Name)?.Projection)
            .OfType<Projection>()
            .Distinct()
            .Order()
            .Select(p => p.ShortName());
        Write(folder, bytes, PeftConfig.Write(rank, alpha, targets, baseModel));
    }

    internal static (PeftConfig Config, LoraAdapter Adapter) Load(string folder, LlamaConfig model)
    {
        var config = PeftConfig.Load(folder);
        var path = Path.Combine(folder, WeightsFile);
        if (!File.Exists(path))
        {
            throw new ModelFormatException(
                File.Exists(Path.Combine(folder, "adapter_model.bin"))
                    ? $"{folder}: adapter_model.bin is a pickle file, which can run code when it is read. Convert it where you trust it: in Python, "
                        + $"safetensors.torch.save_file(torch.load('adapter_model.bin', weights_only=True), '{WeightsFile}')."
                    : $"{path}: no such file. An adapter is a folder with {PeftConfig.FileName} and {WeightsFile}."
            );
        }

        using var file = SafetensorsFile.Read(path);
        return (config, Read(model, file, path, config));
    }

    /// <summary>Reads the tensors of a PEFT file; other ranks and scales of single modules are folded into B.</summary>
    internal static LoraAdapter Read(LlamaConfig model, SafetensorsFile file, string name, PeftConfig config)
    {
        var pairs = new SortedDictionary<(int Layer, Projection Projection), (SafetensorsTensor? Down, SafetensorsTensor? Up)>();
        foreach (var tensor in file.Tensors)
        {
            if (Place(tensor.Name) is not { } place || place.Layer >= model.Layers)
            {
                throw new ModelFormatException(
                    $"{name}: '{tensor.Name}' is no LoRA of this model's projections (it has {model.Layers} layers; embeddings and modules_to_save "
                        + $"are not supported). Was the adapter made for another model?"
                );
            }

            if (!config.Asks(TensorNames.Module(place.Layer, place.Projection), place.Layer))
            {
                throw new ModelFormatException(
                    $"{name}: '{tensor.Name}' belongs to a module that {PeftConfig.FileName} leaves out (target_modules, exclude_modules, "
                        + $"layers_to_transform). Do the two files belong together?"
                );
            }

            var pair = pairs.GetValueOrDefault((place.Layer, place.Projection));
            pairs[(place.Layer, place.Projection)] = place.IsDown ? (tensor, pair.Up) : (pair.Down, tensor);
        }

        if (pairs.Count == 0)
        {
            throw new ModelFormatException($"{name}: there is no tensor in it.");
        }

        RefuseMissing(model, name, config, pairs);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var parts = new List<LoraPart>();
        foreach (var ((layer, projection), pair) in pairs)
        {
            var (down, up) = (pair.Down!, pair.Up!); // none is missing, see above
            var module = TensorNames.Module(layer, projection);
            var rank = config.RankOf(module);
            var (rows, columns) = model.Shape(projection);
            if (!down.Shape.SequenceEqual([rank, columns]) || !up.Shape.SequenceEqual([rows, rank]))
            {
                throw new ModelFormatException(
                    $"{name}: {module} needs lora_A [{rank}, {columns}] and lora_B [{rows}, {rank}]; got {Shape(down)} and {Shape(up)}. Do "
                        + $"{PeftConfig.FileName}, this file and the model belong together?"
                );
            }

            var factor = config.ScaleOf(module) * config.Rank / config.EffectiveAlpha;
            var b = Placement.Cpu.Of(file.ReadSingles(up), up.Shape);
            parts.Add(
                new LoraPart(
                    layer,
                    projection,
                    Placement.Cpu.Of(file.ReadSingles(down), down.Shape).DetachFromDisposeScope(),
                    (factor == 1 ? b : b.mul(Torch.Number(factor))).DetachFromDisposeScope()
                )
            );
        }

        return new LoraAdapter(config.Rank, config.EffectiveAlpha, parts);
    }

    /// <summary>Half a pair, or a module without its pair, is a damaged file: it would be computed as if nothing had been trained there.</summary>
    private static void RefuseMissing(
        LlamaConfig model,
        string name,
        PeftConfig config,
        SortedDictionary<(int Layer, Projection Projection), (SafetensorsTensor? Down, SafetensorsTensor? Up)> pairs
    )
    {
        for (var layer = 0; layer < model.Layers; layer++)
        {
            foreach (var projection in ProjectionExtensions.All)
            {
                var (down, up) = pairs.GetValueOrDefault((layer, projection));
                var isAsked = config.Asks(TensorNames.Module(layer, projection), layer) || down is not null || up is not null;
                if (isAsked && (down is null || up is null))
                {
                    var missing = down is null ? LoraShape.DownName(layer, projection) : LoraShape.UpName(layer, projection);
                    throw new ModelFormatException(
                        $"{name}: '{missing}' is missing, which {PeftConfig.FileName} asks for (target_modules, layers_to_transform). Is the file "
                            + $"whole, and do the two belong together?"
                    );
                }
            }
        }
    }

    /// <summary>Writes both files, whole or not at all.</summary>
    internal static void Write(string folder, byte[] weights, byte[] config)
    {
        Directory.CreateDirectory(folder);
        AtomicFile.Write(Path.Combine(folder, WeightsFile), stream => stream.Write(weights));
        AtomicFile.Write(Path.Combine(folder, PeftConfig.FileName), stream => stream.Write(config));
    }

    private static (int Layer, Projection Projection, bool IsDown)? Place(string name)
    {
        var match = Name().Match(name);
        return
            match.Success
            && int.TryParse(match.Groups["layer"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var layer)
            && ProjectionExtensions.All.FirstOrDefault(p => p.Path() == match.Groups["path"].Value, (Projection)(-1)) is >= 0 and var projection
            ? (layer, projection, match.Groups["side"].Value == "A")
            : null;
    }

    private static string Shape(SafetensorsTensor tensor) => $"[{string.Join(", ", tensor.Shape)}]";

    // In memory PEFT puts the adapter's name behind lora_A; some tools save it so.
    [GeneratedRegex(
        @"^base_model\.model\.model\.layers\.(?<layer>\d{1,6})\.(?<path>self_attn\.[a-z]_proj|mlp\.[a-z]+_proj)\.lora_(?<side>[AB])(?:\.default)?\.weight$",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Name();
}
