using System.Globalization;

namespace Seal.Models.Llama;

/// <summary>Hugging Face's names of a Llama model's tensors.</summary>
internal static class TensorNames
{
    public const string Embedding = "model.embed_tokens.weight";
    public const string FinalNorm = "model.norm.weight";
    public const string Head = "lm_head.weight";

    private const string Layers = "model.layers.";

    /// <summary>The layer that a tensor belongs to; null for embedding, last norm and head.</summary>
    public static int? LayerOf(string name) =>
        name.StartsWith(Layers, StringComparison.Ordinal)
            ? int.Parse(name.AsSpan(Layers.Length, name.IndexOf('.', Layers.Length) - Layers.Length), NumberStyles.None, CultureInfo.InvariantCulture)
            : null;

    public static string InputNorm(int layer) => $"model.layers.{layer}.input_layernorm.weight";

    public static string PostNorm(int layer) => $"model.layers.{layer}.post_attention_layernorm.weight";

    public static string QueryNorm(int layer) => $"model.layers.{layer}.self_attn.q_norm.weight";

    public static string KeyNorm(int layer) => $"model.layers.{layer}.self_attn.k_norm.weight";

    public static string Weight(int layer, Projection projection) => $"{Module(layer, projection)}.weight";

    public static string Bias(int layer, Projection projection) => $"{Module(layer, projection)}.bias";

    /// <summary>The module that holds a projection, e.g. <c>model.layers.0.self_attn.q_proj</c>.</summary>
    public static string Module(int layer, Projection projection) => $"model.layers.{layer}.{projection.Path()}";
}
