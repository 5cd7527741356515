using System.Text.Json;
using Seal.Core.Engines;
using Seal.Core.Sequences;

namespace Seal.Models.Tokenizers;

/// <summary>Finds out which vocabulary a model folder has.</summary>
public static class TokenizerLoader
{
    public const string FileName = "tokenizer.json";
    private const long MaxLength = 64 << 20;

    /// <exception cref="ModelFormatException">No tokenizer.json, a malformed one, or one of a kind that is not supported.</exception>
    public static ITokenizer Load(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            throw new ModelFormatException($"{path}: no such file. A model folder needs its vocabulary beside config.json.");
        }

        if (new FileInfo(path).Length > MaxLength)
        {
            throw new ModelFormatException($"{path}: over {MaxLength} bytes, too long for a vocabulary.");
        }

        var bytes = File.ReadAllBytes(path);
        return Kind(bytes, path) switch
        {
            GridTokenizerFile.Kind => GridTokenizerFile.Parse(bytes, path),
            { } kind => throw new ModelFormatException(
                $"{path}: vocabularies of kind '{kind}' are not supported by this version yet; it reads '{GridTokenizerFile.Kind}'. Use a model that `seal model pretrain` made."),
            null => throw new ModelFormatException($"{path}: neither a {GridTokenizerFile.Kind} nor a Hugging Face vocabulary."),
        };
    }

    /// <summary>Our kind, or Hugging Face's model type, or null for neither.</summary>
    private static string? Kind(byte[] bytes, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 64 });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            var isOurs = root.TryGetProperty("kind", out var kind) && kind.ValueKind == JsonValueKind.String;
            return isOurs ? kind.GetString()
                : root.TryGetProperty("model", out var model) && model.ValueKind == JsonValueKind.Object
                    ? model.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString() : "Hugging Face"
                    : null;
        }
        catch (JsonException e)
        {
            throw new ModelFormatException($"{path}: not JSON: {e.Message}", e);
        }
    }
}
