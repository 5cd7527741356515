using System.Runtime.InteropServices;
using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Models.Safetensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Llama;

/// <summary>A Llama decoder's shape and fp32 weights. Immutable after making; used by one thread at a time.</summary>
public sealed class LlamaModel : IDisposable
{
    private readonly Dictionary<string, Tensor> _tensors;

    private LlamaModel(LlamaConfig config, Dictionary<string, Tensor> tensors)
    {
        Config = config;
        _tensors = tensors;
        Weights = new LlamaWeights(config, name => tensors[name]);
        Rotary = new RotaryTable(config);
    }

    public LlamaConfig Config { get; }

    internal LlamaWeights Weights { get; }

    internal RotaryTable Rotary { get; }

    /// <summary>Loads a Hugging Face folder: config.json and model.safetensors, or shards with their index. fp32, bf16 and fp16 files are computed in fp32.</summary>
    /// <exception cref="ModelFormatException">A file is missing or malformed, a tensor missing or of another shape than config.json asks for.</exception>
    public static LlamaModel Load(string folder)
    {
        var config = LlamaConfig.Load(folder);
        using var files = SafetensorsFolder.Open(folder);
        return Make(config, (name, shape) =>
        {
            var (file, entry) = files.Get(name);
            if (!entry.Shape.SequenceEqual(shape))
            {
                throw new ModelFormatException(
                    $"{folder}: {name} is [{string.Join(", ", entry.Shape)}] but config.json asks for [{string.Join(", ", shape)}].");
            }

            return file.ReadSingles(entry);
        });
    }

    /// <summary>
    /// A model to pretrain: linear weights and embedding normal with deviation 0.02 (those that write to the residual stream divided by
    /// √(2 · layers), as GPT-2), norms 1.
    /// </summary>
    public static LlamaModel Random(LlamaConfig config, Seed seed) => Make(config, (name, shape) =>
    {
        var values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        if (shape.Length == 1)
        {
            Array.Fill(values, 1f);
            return values;
        }

        var random = new CounterRandom(seed.Derive("initial weight", name));
        var writesResidual = name.EndsWith("o_proj.weight", StringComparison.Ordinal) || name.EndsWith("down_proj.weight", StringComparison.Ordinal);
        var deviation = writesResidual ? 0.02 / Math.Sqrt(2.0 * config.Layers) : 0.02;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(deviation * random.NextGaussian());
        }

        return values;
    });

    /// <summary>Writes config.json and model.safetensors (fp32). Equal weights give equal bytes. The tokenizer's files are the caller's.</summary>
    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "config.json"), Config.ToJson());
        using var stream = File.Create(Path.Combine(folder, SafetensorsFolder.SingleFile));
        SafetensorsWriter.Write(
            stream,
            Config.Tensors().Select(t => SafetensorsEntry.FromSingles(t.Name, t.Shape, Values(t.Name))),
            new Dictionary<string, string> { ["format"] = "pt" });
    }

    /// <summary>A tensor's values, row-major. Valid while the model lives.</summary>
    public ReadOnlySpan<float> Values(string name) => MemoryMarshal.Cast<byte, float>(_tensors[name].bytes);

    /// <summary>A model with some tensors replaced; the others are shared, not copied. Takes ownership of the new ones.</summary>
    internal LlamaModel With(IReadOnlyDictionary<string, Tensor> replaced) => new(
        Config,
        _tensors.ToDictionary(
            pair => pair.Key,
            pair => (replaced.TryGetValue(pair.Key, out var tensor) ? tensor : pair.Value.alias()).DetachFromDisposeScope(),
            StringComparer.Ordinal));

    internal Tensor this[string name] => _tensors[name];

    public void Dispose()
    {
        foreach (var tensor in _tensors.Values)
        {
            tensor.Dispose();
        }
    }

    private static LlamaModel Make(LlamaConfig config, Func<string, long[], float[]> values)
    {
        Torch.Initialize();
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (name, shape) in config.Tensors())
        {
            tensors.Add(name, tensor(values(name, shape), shape));
        }

        foreach (var tensor in tensors.Values)
        {
            tensor.DetachFromDisposeScope();
        }

        return new LlamaModel(config, tensors);
    }
}
