using System.Text.Json;
using Seal.Models.Llama;

namespace Seal.Models.Lora;

/// <summary>
/// Which modules adapter_config.json asks for, as PEFT's check_target_module_exists decides it: exclude_modules first, then a pattern over the
/// whole name, or a list of names and of their ends, which layers_to_transform narrows to some layers.
/// </summary>
internal sealed class PeftTargets
{
    private const string AllLinear = "all-linear";

    /// <summary>PEFT's choice for every family here where target_modules is null.</summary>
    private static readonly string[] Unset = [Projection.Query.ShortName(), Projection.Value.ShortName()];

    private readonly Func<string, bool> _isTarget;
    private readonly Func<string, bool> _isExcluded;
    private readonly IReadOnlyList<string> _names; // listed targets
    private readonly int[]? _layers;

    /// <param name="root">The configuration.</param>
    /// <param name="refuse">Makes the refusal of a key: key, what was expected, cause.</param>
    /// <exception cref="Seal.Core.Engines.ModelFormatException">A key is not what PEFT takes, or not understood here.</exception>
    public PeftTargets(JsonElement root, Func<string, string, Exception?, Exception> refuse)
    {
        var targets = Find(root, "target_modules");
        _names =
            targets is null ? Unset
            : targets.Value.ValueKind == JsonValueKind.Array ? Names("target_modules", targets.Value, refuse)
            : [];
        _isTarget =
            targets is { } given && !IsAllLinear(given) ? Matcher("target_modules", given, refuse)
            : IsAllLinear(targets) ? _ => true
            : Listed(Unset);
        _isExcluded = Find(root, "exclude_modules") is { } excluded && !IsEmpty(excluded) ? Matcher("exclude_modules", excluded, refuse) : _ => false;

        var isPattern = targets?.ValueKind == JsonValueKind.String;
        if (Find(root, "layers_to_transform") is { } layers)
        {
            _layers = isPattern
                ? throw refuse("layers_to_transform", "null where target_modules is a text, as in PEFT", null)
                : Layers(layers, refuse);
        }

        if (Find(root, "layers_pattern") is { } stack)
        {
            string[] names = stack.ValueKind == JsonValueKind.String ? [stack.GetString()!] : Names("layers_pattern", stack, refuse);
            var isGiven = !IsEmpty(stack);
            if (isPattern || (isGiven && Find(root, "layers_to_transform") is null))
            {
                throw refuse("layers_pattern", "null where target_modules is a text or layers_to_transform is null, as in PEFT", null);
            }

            if (isGiven && !names.All(name => name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')))
            {
                throw refuse("layers_pattern", "names of lists of layers, e.g. \"layers\": patterns are not read here", null);
            }

            // The name of a layer's list is "layers" in the models that are read here: under another none is found.
            HasOtherStack = isGiven && !names.Contains("layers", StringComparer.Ordinal);
        }
    }

    /// <summary>True where layers_to_transform names layers.</summary>
    public bool HasChosenLayers => _layers is { Length: > 0 };

    private bool HasOtherStack { get; }

    /// <summary>Whether target_modules asks for all linear layers but the head.</summary>
    public static bool IsAllLinear(JsonElement? targets) =>
        targets is { ValueKind: JsonValueKind.String } text && string.Equals(text.GetString(), AllLinear, StringComparison.OrdinalIgnoreCase);

    /// <param name="module">E.g. <c>model.layers.0.self_attn.q_proj</c>.</param>
    /// <param name="layer">Its layer.</param>
    public bool Ask(string module, int layer)
    {
        if (_isExcluded(module) || !_isTarget(module))
        {
            return false;
        }

        // A name that is listed whole is not asked for its layer.
        return !HasChosenLayers || _names.Contains(module, StringComparer.Ordinal) || (!HasOtherStack && _layers!.Contains(layer));
    }

    private static JsonElement? Find(JsonElement root, string key) =>
        root.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static bool IsEmpty(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.String => element.ValueEquals(""),
            JsonValueKind.Array => element.GetArrayLength() == 0,
            _ => false,
        };

    private static Func<string, bool> Matcher(string key, JsonElement element, Func<string, string, Exception?, Exception> refuse)
    {
        if (element.ValueKind != JsonValueKind.String)
        {
            return Listed(Names(key, element, refuse));
        }

        try
        {
            return PythonPattern.Parse(element.GetString()!).MatchesAll;
        }
        catch (FormatException e)
        {
            throw refuse(key, $"a list of module names, or a pattern that is understood here: {e.Message}", e);
        }
    }

    private static Func<string, bool> Listed(string[] names) =>
        module => Array.Exists(names, name => module == name || module.EndsWith($".{name}", StringComparison.Ordinal));

    private static string[] Names(string key, JsonElement element, Func<string, string, Exception?, Exception> refuse) =>
        element.ValueKind == JsonValueKind.Array && element.EnumerateArray().All(name => name.ValueKind == JsonValueKind.String)
            ? [.. element.EnumerateArray().Select(name => name.GetString()!)]
            : throw refuse(key, "a list of names, or a text", null);

    private static int[] Layers(JsonElement element, Func<string, string, Exception?, Exception> refuse)
    {
        JsonElement[] layers = element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray()] : [element];
        return layers.All(layer => layer.ValueKind == JsonValueKind.Number && layer.TryGetInt32(out _))
            ? [.. layers.Select(layer => layer.GetInt32())]
            : throw refuse("layers_to_transform", "a layer, or a list of layers", null);
    }
}
