namespace Seal.Models.Llama;

/// <summary>A family of decoders as config.json names it.</summary>
/// <param name="Type">Its <c>model_type</c>.</param>
/// <param name="Architecture">The class of transformers that reads it, in <c>architectures</c>.</param>
internal sealed record ModelFamily(string Type, string Architecture)
{
    public static ModelFamily Llama { get; } = new("llama", "LlamaForCausalLM");

    /// <summary>Biases on query, key and value.</summary>
    public static ModelFamily Qwen2 { get; } = new("qwen2", "Qwen2ForCausalLM");

    /// <summary>No biases; an RMSNorm of every head of queries and keys.</summary>
    public static ModelFamily Qwen3 { get; } = new("qwen3", "Qwen3ForCausalLM");

    public static IReadOnlyList<ModelFamily> All { get; } = [Llama, Qwen2, Qwen3];
}
