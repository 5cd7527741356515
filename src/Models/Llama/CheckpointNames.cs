using Seal.Core.Engines;

namespace Seal.Models.Llama;

/// <summary>A checkpoint must not hold weights that the decoder would leave out of the sum.</summary>
internal static class CheckpointNames
{
    /// <exception cref="ModelFormatException">A tensor belongs to no part of the model that config.json describes; names it.</exception>
    public static void Check(string folder, LlamaConfig config, IEnumerable<string> names)
    {
        var known = config.Tensors().Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);

        // Older files keep the rotary frequencies, and tied ones the head a second time.
        var unknown = names.FirstOrDefault(name => !known.Contains(name)
            && !name.EndsWith("rotary_emb.inv_freq", StringComparison.Ordinal) && !(config.TiedHead && name == TensorNames.Head));
        if (unknown is not null)
        {
            throw new ModelFormatException(
                $"{folder}: the checkpoint has '{unknown}', which is no part of the model that config.json describes. Do they belong together? (Biases need attention_bias or mlp_bias, or model_type qwen2.)");
        }
    }
}
