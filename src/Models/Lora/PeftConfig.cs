using System.Globalization;
using System.Text.Json;
using Seal.Core.Engines;
using Seal.Core.Json;
using Seal.Models.Llama;

namespace Seal.Models.Lora;

/// <summary>
/// What PEFT's adapter_config.json says of a LoRA, read as PEFT reads it. What would change the computation and is not done here is refused by key
/// and value; so is a key that is not known here, unless its value is null, false or empty: PEFT adds keys with each release, and most of them
/// change the computation.
/// </summary>
public sealed class PeftConfig
{
    public const string FileName = "adapter_config.json";

    /// <summary>Beginnings of A and B that leave the base's weights alone. After the others PEFT takes the adapter's beginning off the base when it
    /// loads it.</summary>
    private static readonly string[] LeavesTheBase = ["gaussian", "eva", "orthogonal", "mica"];

    /// <summary>Keys that are read below.</summary>
    private static readonly string[] Known =
    [
        "peft_type",
        "r",
        "lora_alpha",
        "use_rslora",
        "bias",
        "lora_dropout",
        "init_lora_weights",
        "alora_invocation_tokens",
        "rank_pattern",
        "alpha_pattern",
        "target_modules",
        "exclude_modules",
        "layers_to_transform",
        "layers_pattern",
    ];

    /// <summary>Keys that say where an adapter came from or how it was trained, whatever their value.</summary>
    private static readonly string[] Neutral =
    [
        "auto_mapping",
        "base_model_name_or_path",
        "revision",
        "task_type",
        "inference_mode",
        "peft_version",
        "megatron_core",
        "runtime_config",
        "loftq_config",
        "eva_config",
        "qalora_group_size",
    ];

    private readonly JsonElement _root;
    private readonly string _name;
    private readonly PeftTargets _targets;
    private readonly (PythonPattern Pattern, double Value)[] _ranks;
    private readonly (PythonPattern Pattern, double Value)[] _alphas;

    private PeftConfig(JsonElement root, string name)
    {
        (_root, _name) = (root, name);
        RefuseUnsupported();
        Rank = (int)Positive(root, "r", 1024, whole: true);
        Alpha = Positive(root, "lora_alpha", 65536, whole: false);
        HasRootScale = Boolean("use_rslora");
        Dropout =
            !Has("lora_dropout") ? 0
            : root.GetProperty("lora_dropout") is { ValueKind: JsonValueKind.Number } rate && rate.TryGetDouble(out var value) ? value
            : throw Refuse("lora_dropout", "a number");
        (_ranks, _alphas) = (Patterns("rank_pattern"), Patterns("alpha_pattern"));
        _targets = new PeftTargets(root, Refuse);
    }

    /// <summary>r.</summary>
    public int Rank { get; }

    /// <summary>lora_alpha.</summary>
    public double Alpha { get; }

    /// <summary>use_rslora: α / √r instead of α / r.</summary>
    public bool HasRootScale { get; }

    /// <summary>True where rank_pattern or alpha_pattern give some modules other numbers.</summary>
    public bool HasPatterns => _ranks.Length + _alphas.Length > 0;

    /// <summary>lora_dropout; this project trains without.</summary>
    public double Dropout { get; }

    /// <summary>Short names of the projections that target_modules asks for, in the order of use.</summary>
    /// <exception cref="ModelFormatException">It names something else.</exception>
    public IReadOnlyList<string> Targets()
    {
        if (!Has("target_modules"))
        {
            throw Refuse("target_modules", "a list of projections, e.g. [\"q_proj\", \"v_proj\"]");
        }

        var element = _root.GetProperty("target_modules");
        if (PeftTargets.IsAllLinear(element))
        {
            return [.. ProjectionExtensions.All.Select(projection => projection.ShortName())];
        }

        var names =
            element.ValueKind == JsonValueKind.Array
                ? element.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()! : "").ToArray()
                : [];
        var found = ProjectionExtensions
            .All.Where(projection => names.Contains(projection.ShortName()) || names.Contains(projection.Path()))
            .ToArray();
        return found.Length > 0 && found.Length == names.Distinct(StringComparer.Ordinal).Count()
            ? [.. found.Select(projection => projection.ShortName())]
            : throw Refuse("target_modules", "a list of q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj, or \"all-linear\"");
    }

    /// <summary>True where layers_to_transform names layers.</summary>
    public bool HasChosenLayers => _targets.HasChosenLayers;

    /// <summary>Whether the adapter is to have tensors for a module, as PEFT decides it.</summary>
    /// <param name="module">E.g. <c>model.layers.0.self_attn.q_proj</c>.</param>
    /// <param name="layer">Its layer.</param>
    public bool Asks(string module, int layer) => _targets.Ask(module, layer);

    /// <summary>r of a module, e.g. <c>model.layers.0.self_attn.q_proj</c>.</summary>
    public int RankOf(string module) => (int)(Find(_ranks, module) ?? Rank);

    /// <summary>What B A is multiplied with in this module.</summary>
    public double ScaleOf(string module)
    {
        var rank = (double)RankOf(module);
        return (Find(_alphas, module) ?? Alpha) / (HasRootScale ? Math.Sqrt(rank) : rank);
    }

    /// <summary>α of a plain LoRA that computes the same where there are no patterns.</summary>
    public double EffectiveAlpha => HasRootScale ? Alpha * Math.Sqrt(Rank) : Alpha;

    /// <exception cref="ModelFormatException">Missing, malformed, or it asks for what is not done here.</exception>
    public static PeftConfig Load(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            throw new ModelFormatException(
                $"{path}: no such file. An adapter is a folder with {FileName} and {PeftFolder.WeightsFile}, as PEFT's save_pretrained writes it."
            );
        }

        return Parse(ModelFile.ReadAllBytes(path), path);
    }

    /// <param name="json">UTF-8.</param>
    /// <param name="name">Named in errors.</param>
    /// <exception cref="ModelFormatException">Malformed, or it asks for what is not done here.</exception>
    public static PeftConfig Parse(ReadOnlyMemory<byte> json, string name = FileName)
    {
        try
        {
            using var document = UserJson.Parse(json, maxDepth: 32);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new PeftConfig(document.RootElement.Clone(), name)
                : throw new ModelFormatException($"{name}: expected an object of settings, got {document.RootElement.ValueKind}.");
        }
        catch (JsonException e)
        {
            throw new ModelFormatException($"{name}: not JSON: {e.Message}", e);
        }
    }

    /// <summary>The adapter_config.json of an adapter made here, with PEFT's keys.</summary>
    public static byte[] Write(int rank, double alpha, IEnumerable<string> targets, string? baseModel)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            WriteObject(json, "alpha_pattern");
            json.WriteNull("auto_mapping");
            json.WriteString("base_model_name_or_path", baseModel ?? "");
            json.WriteString("bias", "none");
            json.WriteBoolean("fan_in_fan_out", false);
            json.WriteBoolean("inference_mode", true);
            json.WriteBoolean("init_lora_weights", true);
            json.WriteNull("layers_pattern");
            json.WriteNull("layers_to_transform");
            WriteAlpha(json, alpha);
            json.WriteNumber("lora_dropout", 0.0);
            json.WriteNull("modules_to_save");
            json.WriteString("peft_type", "LORA");
            json.WriteNumber("r", rank);
            WriteObject(json, "rank_pattern");
            json.WriteNull("revision");
            json.WriteStartArray("target_modules");
            foreach (var target in targets.Select(ProjectionExtensions.Parse).Distinct().Order())
            {
                json.WriteStringValue(target.ShortName());
            }

            json.WriteEndArray();
            json.WriteString("task_type", "CAUSAL_LM");
            json.WriteBoolean("use_rslora", false);
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    private static void WriteObject(Utf8JsonWriter json, string key)
    {
        json.WriteStartObject(key);
        json.WriteEndObject();
    }

    // PEFT declares an integer: 16, not 16.0, wherever it is one.
    private static void WriteAlpha(Utf8JsonWriter json, double alpha)
    {
        if (alpha == Math.Floor(alpha))
        {
            json.WriteNumber("lora_alpha", (long)alpha);
        }
        else
        {
            json.WriteNumber("lora_alpha", alpha);
        }
    }

    private void RefuseUnsupported()
    {
        Only("peft_type", "a LoRA: \"LORA\"", "LORA");
        Only("bias", "\"none\": biases are not trained", "none");
        if (
            Has("init_lora_weights")
            && _root.GetProperty("init_lora_weights") is var start
            && start.ValueKind is not (JsonValueKind.True or JsonValueKind.False)
            && !(start.ValueKind == JsonValueKind.String && LeavesTheBase.Contains(start.GetString(), StringComparer.OrdinalIgnoreCase))
        )
        {
            throw Refuse(
                "init_lora_weights",
                "true, false, gaussian, eva, orthogonal or mica: with others the base's weights are changed. Let PEFT write it as a plain LoRA "
                    + "(save_pretrained with path_initial_model_for_weight_conversion)"
            );
        }

        if (Has("alora_invocation_tokens"))
        {
            throw Refuse("alora_invocation_tokens", "null: an adapter that is switched on by tokens of the text is not done here");
        }

        foreach (var property in _root.EnumerateObject())
        {
            if (!Known.Contains(property.Name) && !Neutral.Contains(property.Name) && !IsNothing(property.Value))
            {
                throw Refuse(property.Name, "null, false or an empty value: what this key asks for is not done here, or not known");
            }
        }
    }

    private static bool IsNothing(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Null or JsonValueKind.False => true,
            JsonValueKind.String => element.ValueEquals(""),
            JsonValueKind.Array => element.GetArrayLength() == 0,
            JsonValueKind.Object => !element.EnumerateObject().Any(),
            _ => false,
        };

    private void Only(string key, string expected, string allowed)
    {
        if (Has(key) && _root.GetProperty(key).ToString() != allowed)
        {
            throw Refuse(key, expected);
        }
    }

    private bool Boolean(string key) =>
        Has(key)
        && _root.GetProperty(key).ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Refuse(key, "true or false"),
        };

    /// <summary>The patterns of rank_pattern or alpha_pattern, in the file's order: PEFT takes the first that matches.</summary>
    private (PythonPattern Pattern, double Value)[] Patterns(string key)
    {
        if (!Has(key))
        {
            return [];
        }

        if (_root.GetProperty(key) is not { ValueKind: JsonValueKind.Object } entries)
        {
            throw Refuse(key, "an object of patterns and numbers");
        }

        return
        [
            .. entries.EnumerateObject().Select(entry => (Parse(entry.Name), Positive(entries, entry.Name, 65536, whole: key == "rank_pattern"))),
        ];

        PythonPattern Parse(string pattern)
        {
            try
            {
                return PythonPattern.Parse(pattern);
            }
            catch (FormatException e)
            {
                throw Refuse(key, $"patterns that are understood here: {e.Message}", e);
            }
        }
    }

    private static double? Find((PythonPattern Pattern, double Value)[] patterns, string module)
    {
        foreach (var (pattern, value) in patterns)
        {
            if (pattern.MatchesEnd(module))
            {
                return value;
            }
        }

        return null;
    }

    private bool Has(string key) => _root.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null;

    private double Positive(JsonElement parent, string key, double most, bool whole) =>
        parent.TryGetProperty(key, out var element)
        && element.ValueKind == JsonValueKind.Number
        && element.TryGetDouble(out var value)
        && value > 0
        && value <= most
        && (!whole || value == Math.Floor(value))
            ? value
            : throw new ModelFormatException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{_name}: {key} is {(element.ValueKind == JsonValueKind.Undefined ? "missing" : element.ToString())}; expected "
                        + $"{(whole ? "a whole number" : "a number")} up to {most}."
                )
            );

    private ModelFormatException Refuse(string key, string expected, Exception? cause = null)
    {
        var value = Has(key) ? _root.GetProperty(key).GetRawText() : "missing";
        return new ModelFormatException($"{_name}: {key} is {(value.Length > 100 ? value[..100] + "…" : value)}; expected {expected}.", cause);
    }
}
