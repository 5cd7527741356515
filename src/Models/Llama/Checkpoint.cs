using Seal.Core.Engines;
using Seal.Models.Safetensors;

namespace Seal.Models.Llama;

/// <summary>
/// A base model's config.json and weights, opened together and checked against each other. Whoever reads a checkpoint comes through here, so that
/// what one refuses no other takes.
/// </summary>
public sealed class Checkpoint : IDisposable
{
    private const int Block = 1 << 20; // elements

    private readonly string _folder;

    private Checkpoint(string folder, LlamaConfig config, SafetensorsFolder weights) => (_folder, Config, Weights) = (folder, config, weights);

    public LlamaConfig Config { get; }

    public SafetensorsFolder Weights { get; }

    /// <exception cref="ModelFormatException">
    /// A file is missing or malformed; a tensor is missing, of another shape than config.json asks for, or no part of the model; a head that
    /// config.json ties to the embedding is stored with other numbers.
    /// </exception>
    public static Checkpoint Open(string folder)
    {
        var config = LlamaConfig.Load(folder);
        var opened = new Checkpoint(folder, config, SafetensorsFolder.Open(folder));
        try
        {
            opened.RefuseUnknown();
            opened.RefuseOtherShapes();
            opened.RefuseOtherHead();
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    public void Dispose() => Weights.Dispose();

    /// <summary>A checkpoint must not hold weights that the decoder would leave out of the sum.</summary>
    private void RefuseUnknown()
    {
        var known = Config.Tensors().Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);

        // Older files keep the rotary frequencies, and tied ones the head a second time.
        var unknown = Weights.Names.FirstOrDefault(name =>
            !known.Contains(name) && !name.EndsWith("rotary_emb.inv_freq", StringComparison.Ordinal) && !(Config.TiedHead && name == TensorNames.Head)
        );
        if (unknown is not null)
        {
            throw new ModelFormatException(
                $"{_folder}: the checkpoint has '{unknown}', which is no part of the model that config.json describes. Do they belong together? "
                    + $"(Biases need attention_bias or mlp_bias, or model_type qwen2; norms of queries and keys need model_type qwen3.)"
            );
        }
    }

    private void RefuseOtherShapes()
    {
        foreach (var (name, shape) in Config.Tensors())
        {
            var entry = Weights.Get(name).Tensor;
            if (!entry.Shape.SequenceEqual(shape))
            {
                throw new ModelFormatException(
                    $"{_folder}: {name} is [{string.Join(", ", entry.Shape)}] but config.json asks for [{string.Join(", ", shape)}]."
                );
            }

            if (entry.Dtype is not (SafetensorsDtype.F32 or SafetensorsDtype.F16 or SafetensorsDtype.BF16 or SafetensorsDtype.F64))
            {
                throw new ModelFormatException($"{_folder}: {name} holds {entry.Dtype}; expected F32, F16, BF16 or F64.");
            }
        }
    }

    /// <summary>The decoder reads the embedding in the place of a tied head. A stored head with other numbers would be left out without a
    /// word.</summary>
    private void RefuseOtherHead()
    {
        if (!Config.TiedHead || Weights.Find(TensorNames.Head) is not { } head)
        {
            return;
        }

        var embedding = Weights.Get(TensorNames.Embedding);
        var place =
            !head.Tensor.Shape.SequenceEqual(embedding.Tensor.Shape) ? " in its shape"
            : FirstDifference(head, embedding) is { } first ? $", first at {first}"
            : null;
        if (place is not null)
        {
            throw new ModelFormatException(
                $"{_folder}: config.json ties the head to the embedding (tie_word_embeddings), but the checkpoint has a {TensorNames.Head} that "
                    + $"differs from {TensorNames.Embedding}{place}. "
                    + "Set tie_word_embeddings to false if the stored head is the model's, or take the tensor out of the checkpoint."
            );
        }
    }

    private static string? FirstDifference(
        (SafetensorsFile File, SafetensorsTensor Tensor) left,
        (SafetensorsFile File, SafetensorsTensor Tensor) right
    )
    {
        var (a, b) = (new float[Block], new float[Block]);
        for (var at = 0L; at < left.Tensor.Count; at += Block)
        {
            var count = (int)Math.Min(Block, left.Tensor.Count - at);
            left.File.ReadSingles(left.Tensor, at, a.AsSpan(0, count));
            right.File.ReadSingles(right.Tensor, at, b.AsSpan(0, count));
            var same = a.AsSpan(0, count).CommonPrefixLength(b.AsSpan(0, count));
            if (same < count)
            {
                return left.Tensor.PlaceOf(at + same);
            }
        }

        return null;
    }
}
