using System.Text.Json;

namespace Seal.Models.Llama;

/// <summary>Writes config.json with keys in a fixed order.</summary>
internal static class ConfigWriter
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n" };

    public static byte[] Write(LlamaConfig config, ModelDtype dtype)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            json.WriteStartObject();
            json.WriteStartArray("architectures");
            // Of the three, Qwen3 alone norms queries and keys, and Qwen2 alone has biases on query, key and value and none on the output.
            var family =
                config.QueryKeyNorm ? ModelFamily.Qwen3
                : config.Bias == ProjectionBias.QueryKeyValue ? ModelFamily.Qwen2
                : ModelFamily.Llama;
            json.WriteStringValue(family.Architecture);
            json.WriteEndArray();
            json.WriteString("model_type", family.Type);
            if (family != ModelFamily.Qwen2 && config.Bias != ProjectionBias.None)
            {
                json.WriteBoolean("attention_bias", config.HasBias(Projection.Output));
                json.WriteBoolean("mlp_bias", config.HasBias(Projection.Up));
            }

            json.WriteString("hidden_act", "silu");
            json.WriteString("torch_dtype", dtype == ModelDtype.Bf16 ? "bfloat16" : "float32");
            json.WriteNumber("hidden_size", config.HiddenSize);
            json.WriteNumber("intermediate_size", config.IntermediateSize);
            json.WriteNumber("num_hidden_layers", config.Layers);
            json.WriteNumber("num_attention_heads", config.Heads);
            json.WriteNumber("num_key_value_heads", config.KeyValueHeads);
            json.WriteNumber("head_dim", config.HeadDim);
            json.WriteNumber("vocab_size", config.VocabularySize);
            json.WriteNumber("max_position_embeddings", config.ContextLength);
            json.WriteNumber("rms_norm_eps", config.NormEpsilon);
            json.WriteNumber("rope_theta", config.RopeTheta);
            json.WriteBoolean("tie_word_embeddings", config.TiedHead);
            WriteScaling(json, config.RopeScaling);
            WriteGrid(json, config.Grid);
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    private static void WriteScaling(Utf8JsonWriter json, Llama3RopeScaling? scaling)
    {
        if (scaling is null)
        {
            return;
        }

        json.WriteStartObject("rope_scaling");
        json.WriteString("rope_type", "llama3");
        json.WriteNumber("factor", scaling.Factor);
        json.WriteNumber("low_freq_factor", scaling.LowFrequencyFactor);
        json.WriteNumber("high_freq_factor", scaling.HighFrequencyFactor);
        json.WriteNumber("original_max_position_embeddings", scaling.OriginalContextLength);
        json.WriteEndObject();
    }

    private static void WriteGrid(Utf8JsonWriter json, GridRotary? grid)
    {
        if (grid is null)
        {
            return;
        }

        json.WriteStartObject("seal_positions");
        json.WriteString("kind", "grid");
        json.WriteStartArray("sections");
        Array.ForEach(grid.Sections, json.WriteNumberValue);
        json.WriteEndArray();
        json.WriteStartArray("theta");
        Array.ForEach(grid.Thetas, json.WriteNumberValue);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
