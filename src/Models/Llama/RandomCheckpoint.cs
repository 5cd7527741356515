using System.Runtime.InteropServices;
using Seal.Core.Randomness;
using Seal.Models.Llama.Kernels;
using Seal.Models.Safetensors;

namespace Seal.Models.Llama;

/// <summary>Random checkpoints of real shapes, for trying out sizes and speed where the real weights cannot be had. Nothing is held but a block of
/// one tensor.</summary>
public static class RandomCheckpoint
{
    private const int Block = 1 << 20;

    /// <summary>Shapes by name: those of Meta's Llama 3.2 and 3.1 and of Qwen3 as their config.json states them, and small ones for trying things
    /// out.</summary>
    public static IReadOnlyDictionary<string, LlamaConfig> Shapes { get; } =
        new SortedDictionary<string, LlamaConfig>(StringComparer.Ordinal)
        {
            ["llama-3.2-1b"] = Llama3(2048, 8192, 16, 32, 8, 64, tied: true, factor: 32),
            ["llama-3.2-3b"] = Llama3(3072, 8192, 28, 24, 8, 128, tied: true, factor: 32),
            ["llama-3.1-8b"] = Llama3(4096, 14336, 32, 32, 8, 128, tied: false, factor: 8),
            ["qwen3-0.6b"] = Qwen3(1024, 3072, 28, 16, tied: true),
            ["qwen3-1.7b"] = Qwen3(2048, 6144, 28, 16, tied: true),
            ["qwen3-4b"] = Qwen3(2560, 9728, 36, 32, tied: true),
            ["qwen3-8b"] = Qwen3(4096, 12288, 36, 32, tied: false),
            ["small"] = Llama3(512, 1536, 4, 8, 2, 64, tied: true, factor: 32) with { VocabularySize = 4096 },
            ["tiny"] = Llama3(64, 128, 2, 4, 2, 16, tied: true, factor: 32) with { VocabularySize = 512, ContextLength = 8192 },
            ["tiny-qwen2.5"] = new(64, 128, 2, 4, 2, 16, 512, 32768, 1e-6, 1e6, TiedHead: true, Bias: ProjectionBias.QueryKeyValue),
        };

    /// <summary>Writes config.json and model.safetensors. Equal arguments give equal bytes.</summary>
    /// <param name="tensorDone">Called after each tensor with its name and how many of all bytes are written.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Write(
        string folder,
        LlamaConfig config,
        ModelDtype dtype,
        Seed seed,
        Action<string, long>? tensorDone = null,
        CancellationToken cancellation = default
    )
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "config.json"), config.ToJson(dtype));
        var path = Path.Combine(folder, SafetensorsFolder.SingleFile);
        var partial = path + ".partial";
        using (var stream = File.Create(partial))
        {
            SafetensorsWriter.Write(
                stream,
                config
                    .Tensors()
                    .Select(t => new SafetensorsSource(
                        t.Name,
                        dtype == ModelDtype.Bf16 ? SafetensorsDtype.BF16 : SafetensorsDtype.F32,
                        t.Shape,
                        to =>
                        {
                            Fill(
                                to,
                                InitialWeights.Of(config, seed, t.Name, t.Shape),
                                t.Shape.Aggregate(1L, (product, size) => product * size),
                                dtype,
                                cancellation
                            );
                            tensorDone?.Invoke(t.Name, to.Position);
                        }
                    )),
                new Dictionary<string, string> { ["format"] = "pt" }
            );
        }

        File.Move(partial, path, overwrite: true);
    }

    private static void Fill(Stream stream, InitialWeights weights, long count, ModelDtype dtype, CancellationToken cancellation)
    {
        var values = new float[Math.Min(Block, count)];
        var rounded = new ushort[values.Length];
        for (var at = 0L; at < count; at += Block)
        {
            cancellation.ThrowIfCancellationRequested();
            var part = values.AsSpan(0, (int)Math.Min(Block, count - at));
            weights.Fill(part);
            if (dtype == ModelDtype.Bf16)
            {
                Bf16Pack.Round(part, rounded);
                stream.Write(MemoryMarshal.AsBytes(rounded.AsSpan(0, part.Length)));
            }
            else
            {
                stream.Write(MemoryMarshal.AsBytes(part));
            }
        }
    }

    private static LlamaConfig Llama3(
        int hidden,
        int intermediate,
        int layers,
        int heads,
        int keyValueHeads,
        int headDim,
        bool tied,
        double factor
    ) =>
        new(
            hidden,
            intermediate,
            layers,
            heads,
            keyValueHeads,
            headDim,
            128256,
            131072,
            1e-5,
            500000,
            tied,
            new Llama3RopeScaling(factor, 1, 4, 8192)
        );

    private static LlamaConfig Qwen3(int hidden, int intermediate, int layers, int heads, bool tied) =>
        new(hidden, intermediate, layers, heads, 8, 128, 151936, 40960, 1e-6, 1e6, tied, QueryKeyNorm: true);
}
