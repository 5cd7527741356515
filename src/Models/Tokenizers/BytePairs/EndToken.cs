using System.Text.Json;
using Seal.Core.Engines;
using Seal.Core.Json;

namespace Seal.Models.Tokenizers.BytePairs;

/// <summary>
/// The tokens that end what a model writes. The one that training texts end with: tokenizer_config.json's eos_token (in a chat model it ends a
/// turn), else the eos_token_id of generation_config.json or config.json. Every other that these two files name ends a text too.
/// </summary>
/// <param name="Id">The one that training texts end with; −1 where no file names one.</param>
/// <param name="Others">What else ends a text, ascending.</param>
internal sealed record EndToken(int Id, IReadOnlyList<int> Others)
{
    private const string Key = "eos_token_id";

    public static EndToken None { get; } = new(-1, []);

    /// <param name="folder">The model folder.</param>
    /// <param name="lookup">An added token's id by its text, or −1.</param>
    /// <exception cref="ModelFormatException">A file is malformed.</exception>
    public static EndToken Find(string folder, Func<string, int> lookup)
    {
        var (generation, config) = (Ids(folder, "generation_config.json"), Ids(folder, "config.json"));
        var id =
            Named(folder, lookup)
            ?? (
                generation.Length > 0 ? generation[^1]
                : config.Length > 0 ? config[^1]
                : -1
            );
        return new EndToken(id, [.. generation.Concat(config).Where(other => other != id).Distinct().Order()]);
    }

    /// <summary>The token that tokenizer_config.json names, or null.</summary>
    private static int? Named(string folder, Func<string, int> lookup)
    {
        if (Read(folder, "tokenizer_config.json", "eos_token") is not { } named)
        {
            return null;
        }

        var text = named.ValueKind == JsonValueKind.Object && named.TryGetProperty("content", out var content) ? content : named;
        return text.ValueKind == JsonValueKind.String && lookup(text.GetString()!) is >= 0 and var id ? id : null;
    }

    /// <summary>The ids that a file names, in its order: one, several or none.</summary>
    private static int[] Ids(string folder, string file)
    {
        if (Read(folder, file, Key) is not { ValueKind: not JsonValueKind.Null } element)
        {
            return [];
        }

        JsonElement[] ids = element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray()] : [element];
        return ids.All(id => id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out var value) && value >= 0)
            ? [.. ids.Select(id => id.GetInt32())]
            : throw new ModelFormatException(
                $"{Path.Combine(folder, file)}: {Key} is {element.GetRawText()}; expected a token id, a list of them, or null."
            );
    }

    private static JsonElement? Read(string folder, string file, string key)
    {
        var path = Path.Combine(folder, file);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var document = UserJson.Parse(ModelFile.ReadAllBytes(path));
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(key, out var value)
                ? value.Clone()
                : null;
        }
        catch (JsonException e)
        {
            throw new ModelFormatException($"{path}: not JSON: {e.Message}", e);
        }
    }
}
