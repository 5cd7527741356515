using System.Runtime.InteropServices;
using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Models.Llama.Kernels;
using Seal.Models.Safetensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Llama;

/// <summary>
/// A Llama decoder's shape and weights: matrices in fp32 or bf16, all else in fp32. Immutable after making; used by one thread at a time.
/// </summary>
public sealed class LlamaModel : IDisposable
{
    private readonly Dictionary<string, Tensor> _tensors;

    /// <summary>The embedding once more where the head is, if that is another device.</summary>
    private readonly Tensor? _tiedHead;

    private LlamaModel(LlamaConfig config, DeviceMap map, Dictionary<string, Tensor> tensors, Tensor? tiedHead = null)
    {
        Config = config;
        Map = map;
        _tensors = tensors;
        _tiedHead = tiedHead ?? (config.TiedHead && map.IsSplit ? Elsewhere(tensors[TensorNames.Embedding], map.Last) : null);
        Weights = new LlamaWeights(config, name => tensors[name], _tiedHead);
        Rotary = new RotaryTable(config, map);
    }

    public LlamaConfig Config { get; }

    /// <summary>Where the weights are.</summary>
    public DeviceMap Map { get; }

    /// <summary>What the matrices are in.</summary>
    public ModelDtype Dtype => Weights.Embedding.dtype == ScalarType.BFloat16 ? ModelDtype.Bf16 : ModelDtype.Fp32;

    /// <summary>How work with this model is done, which changes no bits.</summary>
    public Execution Execution { get; set; } = new();

    internal LlamaWeights Weights { get; }

    internal RotaryTable Rotary { get; }

    /// <summary>
    /// Loads a Hugging Face folder: config.json and model.safetensors, or shards with their index. Tensors are read one after the other straight to
    /// where they stay, so that memory never holds more than the model and a few megabytes.
    /// </summary>
    /// <param name="dtype">What matrices are kept in, whatever the file has: fp32, bf16, fp16 and fp64 are converted.</param>
    /// <param name="devices">One, or several that share the layers (<see cref="DeviceMap.Over"/>); the processor if there is none.</param>
    /// <exception cref="ModelFormatException">As <see cref="Checkpoint.Open"/>, or a number is not finite, or too large for the dtype.</exception>
    /// <exception cref="ArgumentException">There are more devices than layers.</exception>
    public static LlamaModel Load(string folder, ModelDtype dtype = ModelDtype.Fp32, params IReadOnlyList<Placement> devices)
    {
        using var checkpoint = Checkpoint.Open(folder);
        return Make(
            checkpoint.Config,
            devices.Count == 0 ? DeviceMap.On(Placement.Cpu) : DeviceMap.Over(checkpoint.Config, dtype.Bytes(), devices),
            (name, shape) =>
            {
                var (file, entry) = checkpoint.Weights.Get(name);
                return StoredTensor.Read(file, entry, shape.Length == 1 ? ModelDtype.Fp32 : dtype);
            }
        );
    }

    /// <summary>What a folder's matrices are stored in: bf16, or what is computed in fp32.</summary>
    /// <exception cref="ModelFormatException">A file is missing or malformed.</exception>
    public static ModelDtype StoredDtype(string folder)
    {
        using var files = SafetensorsFolder.Open(folder);
        return files.Get(TensorNames.Embedding).Tensor.Dtype == SafetensorsDtype.BF16 ? ModelDtype.Bf16 : ModelDtype.Fp32;
    }

    /// <summary>
    /// A model to pretrain: linear weights and embedding normal with deviation 0.02 (those that write to the residual stream divided by
    /// √(2 · layers), as GPT-2), norms 1, biases 0.
    /// </summary>
    public static LlamaModel Random(LlamaConfig config, Seed seed) =>
        Make(
            config,
            DeviceMap.On(Placement.Cpu),
            (name, shape) =>
            {
                var made = Placement.Cpu.Empty(ScalarType.Float32, shape);
                unsafe
                {
                    InitialWeights.Of(config, seed, name, shape).Fill(new Span<float>(made.Pointer(), checked((int)made.numel())));
                }

                return made;
            }
        );

    /// <summary>
    /// Writes config.json and model.safetensors, matrices in <see cref="Dtype"/>. Equal weights give equal bytes. The tokenizer's files are the
    /// caller's.
    /// </summary>
    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "config.json"), Config.ToJson(Dtype));
        using var stream = File.Create(Path.Combine(folder, SafetensorsFolder.SingleFile));
        SafetensorsWriter.Write(
            stream,
            Config.Tensors().Select(t => StoredTensor.Source(t.Name, t.Shape, _tensors[t.Name])),
            new Dictionary<string, string> { ["format"] = "pt" }
        );
    }

    /// <summary>An fp32 tensor's values, row-major. Valid while the model lives.</summary>
    public ReadOnlySpan<float> Values(string name) => _tensors[name].Values<float>();

    /// <summary>A model with some tensors replaced; the others are shared, not copied. Takes ownership of the new ones.</summary>
    internal LlamaModel With(IReadOnlyDictionary<string, Tensor> replaced) =>
        new(
            Config,
            Map,
            _tensors.ToDictionary(
                pair => pair.Key,
                pair => (replaced.TryGetValue(pair.Key, out var tensor) ? tensor : pair.Value.alias()).DetachFromDisposeScope(),
                StringComparer.Ordinal
            ),
            replaced.ContainsKey(TensorNames.Embedding) ? null : _tiedHead?.alias().DetachFromDisposeScope()
        )
        {
            Execution = Execution,
        };

    /// <summary>The same model with tensors of its own over the same memory: for another thread, and to be disposed by itself.</summary>
    internal LlamaModel Again()
    {
        using var scope = NewDisposeScope();
        return With(new Dictionary<string, Tensor>());
    }

    /// <summary>To be called first on every way into the engine: threads are a matter of the calling one.</summary>
    internal void Enter()
    {
        Torch.Initialize();
        // Beside a card the processor draws tokens and initial weights, which are the same bits on any number of threads, and nothing else.
        KernelThreads.Count = Map.First.IsCpu ? Execution.Threads : Math.Max(Execution.Threads, Environment.ProcessorCount);
    }

    internal Tensor this[string name] => _tensors[name];

    public void Dispose()
    {
        foreach (var tensor in _tensors.Values)
        {
            tensor.Dispose();
        }

        _tiedHead?.Dispose();
    }

    private static Tensor Elsewhere(Tensor tensor, Placement placement)
    {
        using var scope = NewDisposeScope();
        return placement.Take(tensor.alias()).DetachFromDisposeScope();
    }

    private static LlamaModel Make(LlamaConfig config, DeviceMap map, Func<string, long[], Tensor> make)
    {
        Torch.Initialize();
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (name, shape) in config.Tensors())
        {
            using var step = NewDisposeScope();
            tensors.Add(name, map.Of(name).Take(make(name, shape)).MoveToOuterDisposeScope());
        }

        foreach (var tensor in tensors.Values)
        {
            tensor.DetachFromDisposeScope();
        }

        return new LlamaModel(config, map, tensors);
    }
}
