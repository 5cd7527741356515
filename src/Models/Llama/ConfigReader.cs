using System.Text.Json;
using Seal.Core.Engines;

namespace Seal.Models.Llama;

/// <summary>
/// Reads config.json strictly where it matters: a value that would change what the decoder computes is either honoured or refused by
/// key and value. Keys that say nothing about the computation (token ids, dtype, versions) are passed over.
/// </summary>
internal sealed class ConfigReader(JsonElement root, string name)
{
    private const int MaxSize = 1 << 20;

    public LlamaConfig Read()
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new ModelFormatException($"{name}: expected an object of settings, got {root.ValueKind}.");
        }

        RefuseUnsupported();
        var hidden = Integer("hidden_size");
        var heads = Integer("num_attention_heads");
        var keyValueHeads = Integer("num_key_value_heads", heads);
        if (heads % keyValueHeads != 0)
        {
            throw Refuse("num_key_value_heads", "a divisor of num_attention_heads");
        }

        if (!Has("head_dim") && hidden % heads != 0)
        {
            throw Refuse("num_attention_heads", "a divisor of hidden_size where head_dim is not given");
        }

        var headDim = Integer("head_dim", hidden / heads);
        if (headDim % 2 != 0)
        {
            throw Refuse("head_dim", "an even number");
        }

        return new LlamaConfig(
            hidden,
            Integer("intermediate_size"),
            Integer("num_hidden_layers"),
            heads,
            keyValueHeads,
            headDim,
            Integer("vocab_size"),
            Integer("max_position_embeddings"),
            Number(root, "rms_norm_eps", 1e-6),
            Number(root, "rope_theta", 10000),
            Boolean("tie_word_embeddings", false),
            Scaling(),
            Grid(headDim));
    }

    private void RefuseUnsupported()
    {
        Only("model_type", "llama");
        Only("hidden_act", "silu");
        Only("attention_bias", "false");
        Only("mlp_bias", "false");
        Only("pretraining_tp", "1");
        Only("attention_dropout", "0", "0.0");
        foreach (var key in (string[])["quantization_config", "sliding_window", "rope_parameters"])
        {
            if (Has(key))
            {
                throw Refuse(key, "nothing: this decoder does not do that");
            }
        }

        if (root.TryGetProperty("architectures", out var architectures)
            && !(architectures.ValueKind == JsonValueKind.Array
                && architectures.EnumerateArray().Any(a => a.ValueKind == JsonValueKind.String && a.GetString() == "LlamaForCausalLM")))
        {
            throw Refuse("architectures", "[\"LlamaForCausalLM\"]");
        }
    }

    private Llama3RopeScaling? Scaling()
    {
        if (!Has("rope_scaling"))
        {
            return null;
        }

        var scaling = root.GetProperty("rope_scaling");
        if (scaling.ValueKind != JsonValueKind.Object)
        {
            throw Refuse("rope_scaling", "null or an object");
        }

        var kind = scaling.TryGetProperty("rope_type", out var type) || scaling.TryGetProperty("type", out type) ? type.ToString() : "";
        return kind switch
        {
            "default" => null,
            "llama3" => new Llama3RopeScaling(
                Number(scaling, "factor"),
                Number(scaling, "low_freq_factor"),
                Number(scaling, "high_freq_factor"),
                (int)Number(scaling, "original_max_position_embeddings")),
            _ => throw Refuse("rope_scaling", "null, or rope_type llama3 or default"),
        };
    }

    private GridRotary? Grid(int headDim)
    {
        const string Key = "seal_positions";
        if (!Has(Key))
        {
            return null;
        }

        var positions = root.GetProperty(Key);
        var kind = positions.ValueKind == JsonValueKind.Object && positions.TryGetProperty("kind", out var k) ? k.ToString() : "";
        if (kind == "sequence")
        {
            return null;
        }

        if (kind != "grid" || !positions.TryGetProperty("sections", out var sectionsElement))
        {
            throw Refuse(Key, "{\"kind\":\"grid\",\"sections\":[row,column,example,sequence],\"theta\":…} or {\"kind\":\"sequence\"}");
        }

        var sections = Numbers(sectionsElement).Select(n => (int)n).ToArray();
        if (sections.Length != 4 || sections.Any(s => s < 0) || sections.Sum() != headDim / 2)
        {
            throw Refuse(Key, $"four sections that sum to head_dim / 2 = {headDim / 2}");
        }

        var thetas = positions.TryGetProperty("theta", out var theta) ? Numbers(theta) : [10000];
        thetas = thetas.Length == 1 ? [.. Enumerable.Repeat(thetas[0], 4)] : thetas;
        return thetas.Length == 4 && thetas.All(t => t >= 1 && double.IsFinite(t))
            ? new GridRotary(sections, thetas)
            : throw Refuse(Key, "a theta of at least 1, or four of them");
    }

    private static double[] Numbers(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number => [element.GetDouble()],
        JsonValueKind.Array => [.. element.EnumerateArray().Select(e => e.ValueKind == JsonValueKind.Number ? e.GetDouble() : double.NaN)],
        _ => [],
    };

    private bool Has(string key) => root.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null;

    private void Only(string key, params string[] allowed)
    {
        if (Has(key) && !allowed.Contains(root.GetProperty(key).ToString(), StringComparer.OrdinalIgnoreCase))
        {
            throw Refuse(key, string.Join(" or ", allowed));
        }
    }

    private int Integer(string key, int? fallback = null)
    {
        if (!Has(key))
        {
            return fallback ?? throw Missing(key);
        }

        return root.GetProperty(key) is { ValueKind: JsonValueKind.Number } element && element.TryGetInt32(out var value) && value is > 0 and <= MaxSize
            ? value
            : throw Refuse(key, $"an integer in 1..{MaxSize}");
    }

    private double Number(JsonElement parent, string key, double? fallback = null)
    {
        if (!parent.TryGetProperty(key, out var element) || element.ValueKind == JsonValueKind.Null)
        {
            return fallback ?? throw Missing(key);
        }

        return element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out var value) && value > 0 && double.IsFinite(value)
            ? value
            : throw new ModelFormatException($"{name}: {key} is {element}; expected a positive number.");
    }

    private bool Boolean(string key, bool fallback) => !Has(key) ? fallback : root.GetProperty(key).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Refuse(key, "true or false"),
    };

    private ModelFormatException Missing(string key) => new($"{name}: {key} is missing. A Llama model states it; copy it from the model's card.");

    private ModelFormatException Refuse(string key, string expected)
    {
        var value = root.GetProperty(key).GetRawText();
        return new ModelFormatException($"{name}: {key} is {(value.Length > 100 ? value[..100] + "…" : value)}; expected {expected}.");
    }
}
