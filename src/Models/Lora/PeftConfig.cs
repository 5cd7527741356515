using System.Text.Json;
using System.Text.RegularExpressions;
using Seal.Core.Engines;
using Seal.Models.Llama;

namespace Seal.Models.Lora;

/// <summary>
/// What PEFT's adapter_config.json says of a LoRA. Keys that do not change what is computed (and those of later releases) are passed over; what
/// would change it and is not done here is refused by key and value.
/// </summary>
public sealed class PeftConfig
{
    public const string FileName = "adapter_config.json";

    // These begin with other base weights than the model's: PEFT takes the adapter's beginning off the base when it loads such a configuration.
    private static readonly string[] ChangesTheBase = ["pissa", "olora", "corda", "loftq", "lora_ga"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly JsonElement _root;
    private readonly string _name;

    private PeftConfig(JsonElement root, string name)
    {
        (_root, _name) = (root, name);
        RefuseUnsupported();
        Rank = (int)Positive(root, "r", 1024, whole: true);
        Alpha = Positive(root, "lora_alpha", 65536, whole: false);
        HasRootScale = Has("use_rslora") && root.GetProperty("use_rslora").ValueKind == JsonValueKind.True;
        _ = Pattern("rank_pattern", "");
        _ = Pattern("alpha_pattern", "");
        _ = Asks("", 0); // what it reads is to be refused here, not at the first module
    }

    /// <summary>r.</summary>
    public int Rank { get; }

    /// <summary>lora_alpha.</summary>
    public double Alpha { get; }

    /// <summary>use_rslora: α / √r instead of α / r.</summary>
    public bool HasRootScale { get; }

    /// <summary>True where rank_pattern or alpha_pattern give some modules other numbers.</summary>
    public bool HasPatterns => Entries("rank_pattern").Length + Entries("alpha_pattern").Length > 0;

    /// <summary>lora_dropout; this project trains without.</summary>
    public double Dropout => Has("lora_dropout") && _root.GetProperty("lora_dropout") is { ValueKind: JsonValueKind.Number } rate ? rate.GetDouble() : 0;

    /// <summary>Short names of the projections that target_modules asks for, in the order of use.</summary>
    /// <exception cref="ModelFormatException">It names something else.</exception>
    public IReadOnlyList<string> Targets()
    {
        if (!Has("target_modules"))
        {
            throw Refuse("target_modules", "a list of projections, e.g. [\"q_proj\", \"v_proj\"]");
        }

        var element = _root.GetProperty("target_modules");
        if (element.ValueKind == JsonValueKind.String && element.GetString() == "all-linear")
        {
            return [.. ProjectionExtensions.All.Select(projection => projection.ShortName())];
        }

        var names = element.ValueKind == JsonValueKind.Array
            ? element.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()! : "").ToArray()
            : [];
        var found = ProjectionExtensions.All.Where(projection => names.Contains(projection.ShortName()) || names.Contains(projection.Path())).ToArray();
        return found.Length > 0 && found.Length == names.Distinct(StringComparer.Ordinal).Count()
            ? [.. found.Select(projection => projection.ShortName())]
            : throw Refuse("target_modules", "a list of q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj, or \"all-linear\"");
    }

    /// <summary>True where layers_to_transform names layers.</summary>
    public bool HasChosenLayers => Has("layers_to_transform") && !IsEmpty(_root.GetProperty("layers_to_transform"));

    /// <summary>Whether the adapter is to have tensors for a module, as PEFT decides it; null where target_modules does not say.</summary>
    /// <param name="module">E.g. <c>model.layers.0.self_attn.q_proj</c>.</param>
    /// <param name="layer">Its layer.</param>
    /// <exception cref="ModelFormatException">target_modules, exclude_modules or layers_to_transform are not what PEFT writes.</exception>
    public bool? Asks(string module, int layer)
    {
        if (!Has("target_modules"))
        {
            return null;
        }

        var target = _root.GetProperty("target_modules");
        var isIn = (target.ValueKind == JsonValueKind.String && target.ValueEquals("all-linear")) || Names("target_modules", module);
        var isOut = Has("exclude_modules") && Names("exclude_modules", module);
        var isChosen = Chosen(layer) || (target.ValueKind == JsonValueKind.Array && target.EnumerateArray().Any(name => name.ValueEquals(module)));
        return isIn && isChosen && !isOut;
    }

    /// <summary>r of a module, e.g. <c>model.layers.0.self_attn.q_proj</c>.</summary>
    public int RankOf(string module) => (int)(Pattern("rank_pattern", module) ?? Rank);

    /// <summary>What B A is multiplied with in this module.</summary>
    public double ScaleOf(string module)
    {
        var rank = (double)RankOf(module);
        return (Pattern("alpha_pattern", module) ?? Alpha) / (HasRootScale ? Math.Sqrt(rank) : rank);
    }

    /// <summary>α of a plain LoRA that computes the same where there are no patterns.</summary>
    public double EffectiveAlpha => HasRootScale ? Alpha * Math.Sqrt(Rank) : Alpha;

    /// <exception cref="ModelFormatException">Missing, malformed, or it asks for what is not done here.</exception>
    public static PeftConfig Load(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            throw new ModelFormatException($"{path}: no such file. An adapter is a folder with {FileName} and {PeftFolder.WeightsFile}, as PEFT's save_pretrained writes it.");
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
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 32 });
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

    /// <summary>A pattern over the whole name, or a list of names or of their ends.</summary>
    private bool Names(string key, string module)
    {
        var element = _root.GetProperty(key);
        if (element.ValueKind == JsonValueKind.String)
        {
            try
            {
                return Regex.IsMatch(module, $"^(?:{element.GetString()})$", RegexOptions.CultureInvariant, Patience);
            }
            catch (Exception e) when (e is ArgumentException or RegexMatchTimeoutException)
            {
                throw Refuse(key, "a list of module names, or a pattern that is understood here", e);
            }
        }

        return element.ValueKind == JsonValueKind.Array && element.EnumerateArray().All(name => name.ValueKind == JsonValueKind.String)
            ? element.EnumerateArray().Select(name => name.GetString()!).Any(name => module == name || module.EndsWith($".{name}", StringComparison.Ordinal))
            : throw Refuse(key, "a list of module names, or a pattern");
    }

    private bool Chosen(int layer)
    {
        if (!HasChosenLayers)
        {
            return true;
        }

        var element = _root.GetProperty("layers_to_transform");
        JsonElement[] chosen = element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray()] : [element];
        return chosen.All(one => one.ValueKind == JsonValueKind.Number && one.TryGetInt32(out _))
            ? chosen.Any(one => one.GetInt32() == layer)
            : throw Refuse("layers_to_transform", "a layer, or a list of layers");
    }

    private void RefuseUnsupported()
    {
        Only("peft_type", "a LoRA: \"LORA\"", "LORA");
        Only("bias", "\"none\": biases are not trained", "none");
        foreach (var key in (string[])["use_dora", "fan_in_fan_out", "lora_bias", "use_qalora"])
        {
            Only(key, "false", "False");
        }

        if (Has("init_lora_weights") && _root.GetProperty("init_lora_weights") is { ValueKind: JsonValueKind.String } start
            && Array.Exists(ChangesTheBase, name => start.GetString()!.StartsWith(name, StringComparison.OrdinalIgnoreCase)))
        {
            throw Refuse("init_lora_weights", "true: with this one the base's weights are others. Let PEFT write it as a plain LoRA (save_pretrained with path_initial_model_for_weight_conversion)");
        }

        if (Has("alora_invocation_tokens"))
        {
            throw Refuse("alora_invocation_tokens", "null: an adapter that is switched on by tokens of the text is not done here");
        }

        foreach (var key in (string[])["modules_to_save", "trainable_token_indices", "target_parameters", "megatron_config", "corda_config", "layer_replication"])
        {
            if (Has(key) && !IsEmpty(_root.GetProperty(key)))
            {
                throw Refuse(key, "nothing: that is not done here");
            }
        }
    }

    private static bool IsEmpty(JsonElement element) => element.ValueKind switch
    {
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

    private double? Pattern(string key, string module)
    {
        foreach (var entry in Entries(key))
        {
            var value = Positive(_root.GetProperty(key), entry.Name, 65536, whole: key == "rank_pattern");
            try
            {
                // As PEFT matches them: the end of the module's name, or the whole of it. Without backtracking, whatever the pattern.
                var regex = new Regex($@"^(?:.*\.)?(?:{entry.Name.TrimStart('^')})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
                if (regex.IsMatch(module))
                {
                    return value;
                }
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                throw new ModelFormatException($"{_name}: {key} has '{entry.Name}', which is no pattern that is understood here: {e.Message}", e);
            }
        }

        return null;
    }

    private JsonProperty[] Entries(string key) =>
        Has(key) && _root.GetProperty(key) is { ValueKind: JsonValueKind.Object } entries ? [.. entries.EnumerateObject()] : [];

    private bool Has(string key) => _root.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null;

    private double Positive(JsonElement parent, string key, double most, bool whole) =>
        parent.TryGetProperty(key, out var element) && element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out var value)
        && value > 0 && value <= most && (!whole || value == Math.Floor(value))
            ? value
            : throw new ModelFormatException(FormattableString.Invariant(
                $"{_name}: {key} is {(element.ValueKind == JsonValueKind.Undefined ? "missing" : element.ToString())}; expected {(whole ? "a whole number" : "a number")} up to {most}."));

    private ModelFormatException Refuse(string key, string expected, Exception? cause = null)
    {
        var value = Has(key) ? _root.GetProperty(key).GetRawText() : "missing";
        return new ModelFormatException($"{_name}: {key} is {(value.Length > 100 ? value[..100] + "…" : value)}; expected {expected}.", cause);
    }
}
