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
    private const string RopeParameters = "rope_parameters";

    /// <summary>Factors that relatives of Llama put into the sum (Granite, Cohere, MiniCPM, Gemma, phi …); 1 changes nothing.</summary>
    private static readonly string[] Factors =
    [
        "partial_rotary_factor",
        "rotary_pct",
        "embedding_multiplier",
        "residual_multiplier",
        "logits_scaling",
        "logit_scale",
        "scale_emb",
        "scale_depth",
    ];

    /// <summary>Parts that relatives of Llama add; null, false, 0 and empty values change nothing.</summary>
    private static readonly string[] Additions =
    [
        "final_logit_softcapping",
        "attn_logit_softcapping",
        "query_pre_attn_scalar",
        "attention_multiplier",
        "clip_qkv",
        "qk_norm",
        "use_qk_norm",
        "qk_layernorm",
        "alibi",
        "use_parallel_residual",
        "parallel_attn",
        "use_bidirectional_attention",
        "no_rope_layers",
        "no_rope_layer_interval",
        "attention_chunk_size",
        "attn_temperature_tuning",
        "rope_interleaved",
        "num_local_experts",
        "num_experts",
        "n_routed_experts",
        "use_mup",
        "add_cross_attention",
        "is_encoder_decoder",
    ];

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

        if (!Has("head_dim") && Family == ModelFamily.Qwen3)
        {
            throw Missing("head_dim"); // transformers would take 128, whatever the other sizes are
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
            Theta(),
            Boolean("tie_word_embeddings", false),
            Scaling(),
            Grid(headDim),
            Bias(),
            Family == ModelFamily.Qwen3
        );
    }

    private void RefuseUnsupported()
    {
        Only("model_type", [.. ModelFamily.All.Select(family => family.Type)]);
        Only("hidden_act", "silu");
        Only("use_sliding_window", "false");
        Only("pretraining_tp", "1");
        Only("attention_dropout", "0", "0.0");
        Only("is_causal", "true");
        RefuseFactors(root);
        if (Has(RopeParameters))
        {
            RefuseFactors(root.GetProperty(RopeParameters));
        }

        foreach (var key in Additions)
        {
            if (Has(key) && !IsNothing(root.GetProperty(key)))
            {
                throw Refuse(key, "null, false, 0 or an empty value: the decoder has no such part");
            }
        }

        if (Family == ModelFamily.Qwen3)
        {
            Only("attention_bias", "false");
            Only("mlp_bias", "false");
        }

        if (Has("quantization_config"))
        {
            throw Refuse("quantization_config", "nothing: quantized weights are not read; take the model as it was before");
        }

        // Qwen names a window that it does not use.
        if (Has("sliding_window") && !(Family != ModelFamily.Llama && (!Has("use_sliding_window") || !Boolean("use_sliding_window", false))))
        {
            throw Refuse("sliding_window", "null: every token sees all before it");
        }

        if (
            Has("layer_types")
            && !(
                root.GetProperty("layer_types") is { ValueKind: JsonValueKind.Array } types
                && types.EnumerateArray().All(type => type.ValueEquals("full_attention"))
            )
        )
        {
            throw Refuse("layer_types", "full_attention everywhere");
        }

        var architecture = Family.Architecture;
        if (
            Has("architectures")
            && !(
                root.GetProperty("architectures") is { ValueKind: JsonValueKind.Array } architectures
                && architectures.EnumerateArray().Any(a => a.ValueKind == JsonValueKind.String && a.GetString() == architecture)
            )
        )
        {
            throw Refuse("architectures", $"[\"{architecture}\"]");
        }
    }

    private void RefuseFactors(JsonElement parent)
    {
        foreach (var key in Factors)
        {
            if (
                parent.ValueKind == JsonValueKind.Object
                && parent.TryGetProperty(key, out var factor)
                && factor.ValueKind != JsonValueKind.Null
                && !(factor.ValueKind == JsonValueKind.Number && factor.TryGetDouble(out var value) && value == 1)
            )
            {
                throw new ModelFormatException($"{name}: {key} is {factor.GetRawText()}; expected 1 or null: the decoder has no such factor.");
            }
        }
    }

    private static bool IsNothing(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.False => true,
            JsonValueKind.Number => element.TryGetDouble(out var value) && value == 0,
            JsonValueKind.String => element.ValueEquals(""),
            JsonValueKind.Array => element.GetArrayLength() == 0,
            JsonValueKind.Object => !element.EnumerateObject().Any(),
            _ => false,
        };

    private ModelFamily Family =>
        Has("model_type") && ModelFamily.All.FirstOrDefault(family => family.Type == root.GetProperty("model_type").ToString()) is { } named
            ? named
            : ModelFamily.Llama;

    private ProjectionBias Bias()
    {
        if (Family == ModelFamily.Qwen2)
        {
            return ProjectionBias.QueryKeyValue;
        }

        return (Boolean("attention_bias", false) ? ProjectionBias.QueryKeyValue | ProjectionBias.Output : 0)
            | (Boolean("mlp_bias", false) ? ProjectionBias.FeedForward : 0);
    }

    /// <summary>Newer files keep θ together with the scaling, in rope_parameters.</summary>
    private double Theta() =>
        Has(RopeParameters)
        && root.GetProperty(RopeParameters) is { ValueKind: JsonValueKind.Object } parameters
        && parameters.TryGetProperty("rope_theta", out _)
            ? Number(parameters, "rope_theta")
            : Number(root, "rope_theta", 10000);

    private Llama3RopeScaling? Scaling()
    {
        var key = Has(RopeParameters) ? RopeParameters : "rope_scaling";
        if (!Has(key))
        {
            return null;
        }

        var scaling = root.GetProperty(key);
        if (scaling.ValueKind != JsonValueKind.Object)
        {
            throw Refuse(key, "null or an object");
        }

        var kind = scaling.TryGetProperty("rope_type", out var type) || scaling.TryGetProperty("type", out type) ? type.ToString() : "";
        return kind switch
        {
            "default" => null,
            "llama3" => new Llama3RopeScaling(
                Number(scaling, "factor"),
                Number(scaling, "low_freq_factor"),
                Number(scaling, "high_freq_factor"),
                (int)Number(scaling, "original_max_position_embeddings")
            ),
            "" when key == RopeParameters && !scaling.EnumerateObject().Any(entry => entry.Value.ValueKind == JsonValueKind.Object) => null,
            _ => throw Refuse(key, "null, or rope_type llama3 or default"),
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

    private static double[] Numbers(JsonElement element) =>
        element.ValueKind switch
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

        return
            root.GetProperty(key) is { ValueKind: JsonValueKind.Number } element && element.TryGetInt32(out var value) && value is > 0 and <= MaxSize
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

    private bool Boolean(string key, bool fallback) =>
        !Has(key)
            ? fallback
            : root.GetProperty(key).ValueKind switch
            {
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                _ => throw Refuse(key, "true or false"),
            };

    private ModelFormatException Missing(string key) => new($"{name}: {key} is missing. Such a model states it; copy it from the model's card.");

    private ModelFormatException Refuse(string key, string expected)
    {
        var value = root.GetProperty(key).GetRawText();
        return new ModelFormatException($"{name}: {key} is {(value.Length > 100 ? value[..100] + "…" : value)}; expected {expected}.");
    }
}
