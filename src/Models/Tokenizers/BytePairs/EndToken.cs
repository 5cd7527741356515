using System.Text.Json;
using Seal.Core.Engines;

namespace Seal.Models.Tokenizers.BytePairs;

/// <summary>
/// The token that ends what a model writes: tokenizer_config.json's eos_token (in a chat model it ends a turn), else the eos_token_id of
/// generation_config.json or config.json.
/// </summary>
internal static class EndToken
{
    /// <param name="folder">The model folder.</param>
    /// <param name="lookup">An added token's id by its text, or −1.</param>
    /// <returns>−1 where no file names one.</returns>
    /// <exception cref="ModelFormatException">A file is malformed.</exception>
    public static int Find(string folder, Func<string, int> lookup)
    {
        if (Read(folder, "tokenizer_config.json", "eos_token") is { } named)
        {
            var text = named.ValueKind == JsonValueKind.Object && named.TryGetProperty("content", out var content) ? content : named;
            if (text.ValueKind == JsonValueKind.String && lookup(text.GetString()!) is >= 0 and var id)
            {
                return id;
            }
        }

        foreach (var file in (string[])["generation_config.json", "config.json"])
        {
            var element = Read(folder, file, "eos_token_id");
            if (element is { ValueKind: JsonValueKind.Array } several && several.GetArrayLength() > 0)
            {
                element = several[several.GetArrayLength() - 1];
            }

            if (element is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var id) && id >= 0)
            {
                return id;
            }
        }

        return -1;
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
            using var document = JsonDocument.Parse(ModelFile.ReadAllBytes(path));
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(key, out var value) ? value.Clone() : null;
        }
        catch (JsonException e)
        {
            throw new ModelFormatException($"{path}: not JSON: {e.Message}", e);
        }
    }
}
