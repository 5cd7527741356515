using System.Text;
using System.Text.Json.Nodes;
using Seal.Core.Engines;
using Seal.Models.Llama;

namespace Seal.Models.Tests.Llama;

public sealed class LlamaConfigTests
{
    private const string Valid = """
        {"architectures":["LlamaForCausalLM"],"model_type":"llama","hidden_act":"silu","attention_bias":false,"mlp_bias":false,
         "hidden_size":64,"intermediate_size":176,"num_hidden_layers":4,"num_attention_heads":4,"num_key_value_heads":2,"vocab_size":512,
         "max_position_embeddings":2048,"rms_norm_eps":1e-5,"rope_theta":500000.0,"rope_scaling":null,"tie_word_embeddings":true}
        """;

    [Theory]
    [InlineData("hidden_act", "\"gelu\"")]
    [InlineData("model_type", "\"mistral\"")]
    [InlineData("attention_bias", "\"yes\"")]
    [InlineData("use_sliding_window", "true")]
    [InlineData("sliding_window", "4096")]
    [InlineData("layer_types", "[\"sliding_attention\"]")]
    [InlineData("rope_parameters", "{\"rope_type\":\"yarn\",\"factor\":2}")]
    [InlineData("pretraining_tp", "2")]
    [InlineData("attention_dropout", "0.1")]
    [InlineData("quantization_config", "{\"bits\":4}")]
    [InlineData("architectures", "[\"LlamaForSequenceClassification\"]")]
    [InlineData("hidden_size", "0")]
    [InlineData("hidden_size", "64.5")]
    [InlineData("hidden_size", "\"64\"")]
    [InlineData("hidden_size", "1000000000")]
    [InlineData("num_key_value_heads", "3")]
    [InlineData("num_attention_heads", "6")]
    [InlineData("head_dim", "15")]
    [InlineData("rms_norm_eps", "-1")]
    [InlineData("tie_word_embeddings", "1")]
    [InlineData("rope_scaling", "{\"rope_type\":\"yarn\",\"factor\":2}")]
    [InlineData("rope_scaling", "{\"rope_type\":\"linear\",\"factor\":2}")]
    [InlineData("seal_positions", "{\"kind\":\"grid\",\"sections\":[2,2,2,1]}")]
    [InlineData("seal_positions", "{\"kind\":\"grid\",\"sections\":[4,4],\"theta\":10}")]
    [InlineData("seal_positions", "{\"kind\":\"grid\",\"sections\":[2,2,2,2],\"theta\":[10,10]}")]
    [InlineData("seal_positions", "{\"kind\":\"spiral\"}")]
    [InlineData("partial_rotary_factor", "0.5")]
    [InlineData("rope_parameters", "{\"rope_theta\":10000,\"partial_rotary_factor\":0.25}", "partial_rotary_factor is 0.25")]
    [InlineData("rope_parameters", "{\"full_attention\":{\"rope_type\":\"yarn\"}}")]
    [InlineData("embedding_multiplier", "12")]
    [InlineData("logit_scale", "0.0625")]
    [InlineData("final_logit_softcapping", "30")]
    [InlineData("num_local_experts", "8")]
    [InlineData("use_qk_norm", "true")]
    [InlineData("no_rope_layers", "[1,0]")]
    [InlineData("is_causal", "false")]
    [InlineData("use_bidirectional_attention", "true")]
    public void Parse_UnsupportedValue_IsRefusedByKeyAndValue(string key, string value, string? expected = null)
    {
        var root = JsonNode.Parse(Valid)!.AsObject();
        root[key] = JsonNode.Parse(value);

        var error = Assert.Throws<ModelFormatException>(() => LlamaConfig.Parse(Encoding.UTF8.GetBytes(root.ToJsonString())));

        Assert.Contains(expected ?? $"{key} is ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected ?? JsonNode.Parse(value)!.ToJsonString().Trim('"'), error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("partial_rotary_factor", "1.0")]
    [InlineData("logit_scale", "1")]
    [InlineData("num_local_experts", "0")]
    [InlineData("use_qk_norm", "false")]
    [InlineData("rope_interleaved", "false")]
    [InlineData("no_rope_layers", "[]")]
    [InlineData("is_causal", "true")]
    [InlineData("final_logit_softcapping", "null")]
    [InlineData("rope_parameters", "{\"rope_theta\":500000.0,\"rope_type\":\"default\",\"partial_rotary_factor\":1}")]
    [InlineData("is_llama_config", "true")]
    public void Parse_ValueThatChangesNothing_IsTaken(string key, string value)
    {
        var root = JsonNode.Parse(Valid)!.AsObject();
        root[key] = JsonNode.Parse(value);
        Assert.Equal(LlamaConfig.Parse(Encoding.UTF8.GetBytes(Valid)), LlamaConfig.Parse(Encoding.UTF8.GetBytes(root.ToJsonString())));
    }

    [Fact]
    public void Parse_KeyTwice_IsRefused() =>
        Assert.Throws<ModelFormatException>(() =>
            LlamaConfig.Parse(
                Encoding.UTF8.GetBytes(Valid.Replace("\"hidden_size\":64", "\"hidden_size\":32,\"hidden_size\":64", StringComparison.Ordinal))
            )
        );

    [Theory]
    [InlineData("hidden_size")]
    [InlineData("intermediate_size")]
    [InlineData("num_hidden_layers")]
    [InlineData("num_attention_heads")]
    [InlineData("vocab_size")]
    [InlineData("max_position_embeddings")]
    public void Parse_MissingKey_IsRefusedByName(string key)
    {
        var root = JsonNode.Parse(Valid)!.AsObject();
        root.Remove(key);

        var error = Assert.Throws<ModelFormatException>(() => LlamaConfig.Parse(Encoding.UTF8.GetBytes(root.ToJsonString())));

        Assert.Contains($"{key} is missing", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"hidden_size\":")]
    [InlineData("\u0001")]
    public void Parse_NoConfig_IsRefused(string text) => Assert.Throws<ModelFormatException>(() => LlamaConfig.Parse(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void ToJson_OfAnyConfig_ReadsBackAsItself()
    {
        foreach (
            var config in new[]
            {
                LlamaConfig.Parse(Encoding.UTF8.GetBytes(Valid)),
                TinyModel.Config(40),
                TinyModel.Config(40) with
                {
                    Bias = ProjectionBias.QueryKeyValue,
                },
                TinyModel.Config(40) with
                {
                    Bias = ProjectionBias.QueryKeyValue | ProjectionBias.Output,
                },
                TinyModel.Config(40) with
                {
                    Bias = ProjectionBias.FeedForward,
                },
                TinyModel.Config(40) with
                {
                    QueryKeyNorm = true,
                },
                TinyModel.Config(40) with
                {
                    Grid = null,
                    TiedHead = false,
                    RopeScaling = new Llama3RopeScaling(32, 1, 4, 8192),
                },
            }
        )
        {
            Assert.Equivalent(config, LlamaConfig.Parse(config.ToJson()), strict: true);
            Assert.Equal(config.ToJson(), LlamaConfig.Parse(config.ToJson()).ToJson());
        }
    }

    [Fact]
    public void Parse_Qwen2_HasBiasesAndDoesNotUseItsWindow()
    {
        var root = JsonNode.Parse(Valid)!.AsObject();
        root.Remove("attention_bias");
        (root["model_type"], root["architectures"]) = ("qwen2", new JsonArray("Qwen2ForCausalLM"));
        (root["sliding_window"], root["use_sliding_window"], root["max_window_layers"]) = (131072, false, 28);

        var config = LlamaConfig.Parse(Encoding.UTF8.GetBytes(root.ToJsonString()));

        Assert.Equal(ProjectionBias.QueryKeyValue, config.Bias);
    }

    [Fact]
    public void Parse_Qwen3_NormsQueriesAndKeysAndHasHeadsOfTheirOwnWidth()
    {
        var config = LlamaConfig.Parse(Encoding.UTF8.GetBytes(Qwen3().ToJsonString()));

        Assert.Equal((true, 32, ProjectionBias.None), (config.QueryKeyNorm, config.HeadDim, config.Bias));
        Assert.Equal(
            ["model.layers.3.self_attn.q_norm.weight", "model.layers.3.self_attn.k_norm.weight"],
            config.Tensors().Where(tensor => tensor.Shape is [32]).Select(tensor => tensor.Name).TakeLast(2)
        );
    }

    /// <summary>Biases would be read by transformers; no released model of the family has them.</summary>
    [Theory]
    [InlineData("attention_bias", "true", "attention_bias is true")]
    [InlineData("mlp_bias", "true", "mlp_bias is true")]
    [InlineData("use_sliding_window", "true", "use_sliding_window is true")]
    [InlineData("layer_types", "[\"full_attention\",\"sliding_attention\"]", "layer_types is ")]
    [InlineData("rope_scaling", "{\"rope_type\":\"yarn\",\"factor\":4.0}", "rope_scaling is ")]
    [InlineData("head_dim", "null", "head_dim is missing")]
    [InlineData("architectures", "[\"Qwen3MoeForCausalLM\"]", "architectures is ")]
    public void Parse_Qwen3WithWhatIsNotDoneHere_IsRefusedByKey(string key, string value, string expected)
    {
        var root = Qwen3();
        root[key] = JsonNode.Parse(value);

        var error = Assert.Throws<ModelFormatException>(() => LlamaConfig.Parse(Encoding.UTF8.GetBytes(root.ToJsonString())));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_RopeParametersOfNewerFiles_AreThetaAndScaling()
    {
        var root = JsonNode.Parse(Valid)!.AsObject();
        root.Remove("rope_theta");
        root.Remove("rope_scaling");
        root["rope_parameters"] = JsonNode.Parse(
            """{"rope_theta":12345.0,"rope_type":"llama3","factor":8.0,"low_freq_factor":1.0,"high_freq_factor":4.0,"original_max_position_embeddings":8192}"""
        );

        var config = LlamaConfig.Parse(Encoding.UTF8.GetBytes(root.ToJsonString()));

        Assert.Equal((12345.0, new Llama3RopeScaling(8, 1, 4, 8192)), (config.RopeTheta, config.RopeScaling));
    }

    private static JsonObject Qwen3()
    {
        var root = JsonNode.Parse(Valid)!.AsObject();
        (root["model_type"], root["architectures"], root["head_dim"]) = ("qwen3", new JsonArray("Qwen3ForCausalLM"), 32);
        (root["sliding_window"], root["use_sliding_window"], root["max_window_layers"]) = (4096, false, 28);
        return root;
    }

    [Fact]
    public void Load_FolderWithoutConfig_SaysWhatAModelIs() =>
        Assert.Contains(
            "config.json",
            Assert.Throws<ModelFormatException>(() => LlamaConfig.Load(Path.GetTempPath() + "no-such-model")).Message,
            StringComparison.Ordinal
        );
}
