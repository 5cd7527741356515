using System.Security.Cryptography;
using System.Text.Json;
using Seal.Core.Engines;
using Seal.Core.Json;
using Seal.Core.Sequences;
using Seal.Models.Llama;
using Seal.Models.Tokenizers.BytePairs;
using Seal.Models.Tokenizers.Chat;

namespace Seal.Models.Tokenizers;

/// <summary>Finds out which vocabulary a model folder has.</summary>
public static class TokenizerLoader
{
    public const string FileName = "tokenizer.json";
    private const long MaxLength = 64 << 20;
    private static readonly string[] Read = [FileName, "tokenizer_config.json", "chat_template.jinja", "generation_config.json", "config.json"];
    private static readonly Dictionary<string, WeakReference<ITokenizer>> Known = new(StringComparer.Ordinal);

    /// <summary>The folder's vocabulary, with its chat template where it has one.</summary>
    /// <exception cref="ModelFormatException">No tokenizer.json, a malformed one, or one of a kind that is not supported.</exception>
    public static ITokenizer Load(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            throw new ModelFormatException($"{path}: no such file. A model folder needs its vocabulary beside config.json.");
        }

        // Grammar masks are kept per vocabulary: device slots that open the same model must share one.
        var key = string.Join(
            '-',
            Read.Select(name => Path.Combine(folder, name))
                .Select(file => File.Exists(file) ? Convert.ToHexStringLower(SHA256.HashData(ModelFile.ReadAllBytes(file))) : "")
        );
        lock (Known)
        {
            if (Known.TryGetValue(key, out var known) && known.TryGetTarget(out var same))
            {
                return same;
            }

            var tokenizer = LoadFile(path);
            tokenizer = tokenizer is BytePairTokenizer ? ChatTokenizer.Load(folder, tokenizer) : tokenizer;
            Known[key] = new WeakReference<ITokenizer>(tokenizer);
            return tokenizer;
        }
    }

    /// <summary>The folder's vocabulary, for the model beside it.</summary>
    /// <exception cref="ModelFormatException">As <see cref="Load(string)"/>, or it has more tokens than the model.</exception>
    public static ITokenizer Load(string folder, LlamaConfig config)
    {
        var tokenizer = Load(folder);
        return tokenizer.VocabularySize <= config.VocabularySize
            ? tokenizer
            : throw new ModelFormatException(
                $"{folder}: the vocabulary has {tokenizer.VocabularySize} tokens, config.json's vocab_size is {config.VocabularySize}. They belong "
                    + $"to different models."
            );
    }

    /// <summary>Reads one tokenizer.json by itself.</summary>
    /// <exception cref="ModelFormatException">It is not there, malformed, or of a kind that is not supported.</exception>
    public static ITokenizer LoadFile(string path)
    {
        if (!Path.Exists(path))
        {
            throw new ModelFormatException($"{path}: no such file; expected a {FileName}.");
        }

        var bytes = ModelFile.ReadAllBytes(path, MaxLength);
        return Kind(bytes, path) switch
        {
            GridTokenizerFile.Kind => GridTokenizerFile.Parse(bytes, path),
            WordTokenizerFile.Kind => WordTokenizerFile.Parse(bytes, path),
            BytePairFile.Kind => BytePairFile.Parse(bytes, path, lookup => EndToken.Find(Path.GetDirectoryName(Path.GetFullPath(path))!, lookup)),
            { } kind => throw new ModelFormatException(
                $"{path}: vocabularies of kind '{kind}' are not supported; it reads byte-level '{BytePairFile.Kind}' (Llama 3, Qwen2.5, Qwen3), "
                    + $"'{WordTokenizerFile.Kind}' and the project's own '{GridTokenizerFile.Kind}'."
            ),
            null => throw new ModelFormatException($"{path}: neither a {GridTokenizerFile.Kind} nor a Hugging Face vocabulary."),
        };
    }

    /// <summary>Our kind, or Hugging Face's model type, or null for neither.</summary>
    private static string? Kind(byte[] bytes, string path)
    {
        try
        {
            using var document = UserJson.Parse(bytes);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            var isOurs = root.TryGetProperty("kind", out var kind) && kind.ValueKind == JsonValueKind.String;
            return isOurs ? kind.GetString()
                : root.TryGetProperty("model", out var model) && model.ValueKind == JsonValueKind.Object
                    ? model.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString()
                        : "Hugging Face"
                : null;
        }
        catch (JsonException e)
        {
            throw new ModelFormatException($"{path}: not JSON: {e.Message}", e);
        }
    }
}
