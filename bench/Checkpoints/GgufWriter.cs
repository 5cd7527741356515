using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Seal.Models.Llama;
using Seal.Models.Llama.Kernels;
using Seal.Models.Safetensors;

namespace Seal.Bench.Checkpoints;

/// <summary>
/// A GGUF file (version 3) of a Llama folder, for llama.cpp: its names, its order of rows in query and key (halves interleaved), Llama 3's
/// frequency factors as a tensor, and a vocabulary of as many made-up words as there are ids. Written a tensor at a time.
/// </summary>
internal static class GgufWriter
{
    private const int Alignment = 32;
    private const uint TypeF32 = 0,
        TypeF16 = 1,
        TypeBf16 = 30;
    private const uint KeyUint32 = 4,
        KeyInt32 = 5,
        KeyFloat = 6,
        KeyString = 8,
        KeyArray = 9;

    public static void Write(string folder, string output, string type)
    {
        var code = type switch
        {
            "bf16" => TypeBf16,
            "f16" => TypeF16,
            "f32" => TypeF32,
            _ => throw new FormatException($"--type must be bf16, f16 or f32; got {type}."),
        };
        var config = LlamaConfig.Load(folder);
        if (config.QueryKeyNorm || config.Bias != ProjectionBias.None)
        {
            throw new FormatException($"{folder}: GGUF is written of Llama models without biases alone; this one is of another family.");
        }

        using var files = SafetensorsFolder.Open(folder);
        var tensors = Tensors(config).Select(t => new Entry(t.Name, t.Shape, t.Shape.Length == 1 ? TypeF32 : code, t.Source)).ToArray();
        using var stream = File.Create(output);
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write((ulong)tensors.Length);
        var keys = new List<Action>();
        Keys(writer, config, keys);
        writer.Write((ulong)keys.Count);
        keys.ForEach(key => key());
        var offset = 0UL;
        foreach (var tensor in tensors)
        {
            Text(writer, tensor.Name);
            writer.Write((uint)tensor.Shape.Length);
            foreach (var size in tensor.Shape.Reverse())
            {
                writer.Write((ulong)size);
            }

            writer.Write(tensor.Type);
            writer.Write(offset);
            offset += Padded(tensor.Bytes);
        }

        Pad(writer);
        foreach (var tensor in tensors)
        {
            Data(writer, config, files, tensor);
            Pad(writer);
        }
    }

    private static void Keys(BinaryWriter writer, LlamaConfig config, List<Action> keys)
    {
        void String(string key, string value) =>
            keys.Add(() =>
            {
                Text(writer, key);
                writer.Write(KeyString);
                Text(writer, value);
            });
        void Number(string key, int value) =>
            keys.Add(() =>
            {
                Text(writer, key);
                writer.Write(KeyUint32);
                writer.Write((uint)value);
            });
        void Real(string key, double value) =>
            keys.Add(() =>
            {
                Text(writer, key);
                writer.Write(KeyFloat);
                writer.Write((float)value);
            });
        String("general.architecture", "llama");
        String("general.name", "random");
        Number("llama.context_length", config.ContextLength);
        Number("llama.embedding_length", config.HiddenSize);
        Number("llama.feed_forward_length", config.IntermediateSize);
        Number("llama.block_count", config.Layers);
        Number("llama.attention.head_count", config.Heads);
        Number("llama.attention.head_count_kv", config.KeyValueHeads);
        Number("llama.attention.key_length", config.HeadDim);
        Number("llama.attention.value_length", config.HeadDim);
        Number("llama.rope.dimension_count", config.HeadDim);
        Number("llama.vocab_size", config.VocabularySize);
        Real("llama.rope.freq_base", config.RopeTheta);
        Real("llama.attention.layer_norm_rms_epsilon", config.NormEpsilon);
        String("tokenizer.ggml.model", "gpt2");
        String("tokenizer.ggml.pre", "llama-bpe");
        keys.Add(() =>
            Array(
                writer,
                "tokenizer.ggml.tokens",
                KeyString,
                config.VocabularySize,
                i => Text(writer, string.Create(CultureInfo.InvariantCulture, $"w{i}"))
            )
        );
        keys.Add(() => Array(writer, "tokenizer.ggml.token_type", KeyInt32, config.VocabularySize, _ => writer.Write(1)));
        keys.Add(() => Array(writer, "tokenizer.ggml.merges", KeyString, 1, _ => Text(writer, "w w")));
        Number("tokenizer.ggml.bos_token_id", 0);
        Number("tokenizer.ggml.eos_token_id", config.VocabularySize - 1);
    }

    private static IEnumerable<(string Name, long[] Shape, string? Source)> Tensors(LlamaConfig config)
    {
        var shapes = config.Tensors().ToDictionary(t => t.Name, t => t.Shape, StringComparer.Ordinal);
        (string, long[], string?) Same(string name, string source) => (name, shapes[source], source);
        yield return Same("token_embd.weight", TensorNames.Embedding);
        yield return Same("output_norm.weight", TensorNames.FinalNorm);
        if (!config.TiedHead)
        {
            yield return Same("output.weight", TensorNames.Head);
        }

        if (config.RopeScaling is not null)
        {
            yield return ("rope_freqs.weight", [config.HeadDim / 2], null);
        }

        string[] names = ["attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"];
        for (var layer = 0; layer < config.Layers; layer++)
        {
            yield return Same($"blk.{layer}.attn_norm.weight", TensorNames.InputNorm(layer));
            yield return Same($"blk.{layer}.ffn_norm.weight", TensorNames.PostNorm(layer));
            foreach (var projection in ProjectionExtensions.All)
            {
                yield return Same($"blk.{layer}.{names[(int)projection]}.weight", TensorNames.Weight(layer, projection));
            }
        }
    }

    private static void Data(BinaryWriter writer, LlamaConfig config, SafetensorsFolder files, Entry tensor)
    {
        if (tensor.Source is null)
        {
            // What the scaled frequencies divide the plain ones by.
            var (plain, scaled) = (RotaryTable.SequenceFrequencies(config with { RopeScaling = null }), RotaryTable.SequenceFrequencies(config));
            writer.Write(MemoryMarshal.AsBytes<float>([.. plain.Zip(scaled, (p, s) => p / s)]));
            return;
        }

        var (file, entry) = files.Get(tensor.Source);
        var values = file.ReadSingles(entry);
        var heads =
            tensor.Source.EndsWith("q_proj.weight", StringComparison.Ordinal) ? config.Heads
            : tensor.Source.EndsWith("k_proj.weight", StringComparison.Ordinal) ? config.KeyValueHeads
            : 0;
        values = heads == 0 ? values : Interleaved(values, heads, config.HeadDim, config.HiddenSize);
        switch (tensor.Type)
        {
            case TypeF32:
                writer.Write(MemoryMarshal.AsBytes<float>(values));
                break;
            case TypeF16:
                writer.Write(MemoryMarshal.AsBytes<Half>(System.Array.ConvertAll(values, value => (Half)value)));
                break;
            default:
                var rounded = new ushort[values.Length];
                Bf16Pack.Round(values, rounded);
                writer.Write(MemoryMarshal.AsBytes<ushort>(rounded));
                break;
        }
    }

    // llama.cpp rotates neighbouring rows of a head where Hugging Face rotates its halves.
    private static float[] Interleaved(float[] values, int heads, int dim, int width)
    {
        var turned = new float[values.Length];
        for (var head = 0; head < heads; head++)
        {
            for (var row = 0; row < dim; row++)
            {
                var from = head * dim + row % 2 * (dim / 2) + row / 2;
                values.AsSpan(from * width, width).CopyTo(turned.AsSpan((head * dim + row) * width, width));
            }
        }

        return turned;
    }

    private static void Array(BinaryWriter writer, string key, uint type, int count, Action<int> write)
    {
        Text(writer, key);
        writer.Write(KeyArray);
        writer.Write(type);
        writer.Write((ulong)count);
        for (var i = 0; i < count; i++)
        {
            write(i);
        }
    }

    private static void Text(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private static ulong Padded(long bytes) => (ulong)((bytes + Alignment - 1) / Alignment * Alignment);

    private static void Pad(BinaryWriter writer)
    {
        writer.Flush();
        while (writer.BaseStream.Position % Alignment != 0)
        {
            writer.Write((byte)0);
        }
    }

    private sealed record Entry(string Name, long[] Shape, uint Type, string? Source)
    {
        public long Bytes => Shape.Aggregate(Type == TypeF32 ? 4L : 2L, (product, size) => product * size);
    }
}
