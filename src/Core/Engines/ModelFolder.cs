using System.Security.Cryptography;
using System.Text;

namespace Seal.Core.Engines;

/// <summary>A base model on disk: a Hugging Face folder (config.json, safetensors, tokenizer files).</summary>
public static class ModelFolder
{
    private static readonly string[] Patterns = ["*.safetensors", "*.json", "*.jinja"];

    /// <summary>The files that make the model: weights, configuration, tokenizer; in ordinal order.</summary>
    public static IEnumerable<string> Files(string folder) =>
        Patterns.SelectMany(pattern => Directory.EnumerateFiles(folder, pattern)).Order(StringComparer.Ordinal);

    /// <summary>
    /// The model's content hash: SHA-256 over "name sha256\n" lines of its weights, configuration, tokenizer and chat template files, in ordinal
    /// order of names. Cards and logs beside them do not count.
    /// </summary>
    /// <exception cref="ModelFormatException">The folder or its config.json is missing.</exception>
    public static string ContentHash(string folder)
    {
        if (!File.Exists(Path.Combine(folder, "config.json")))
        {
            throw new ModelFormatException(
                $"{folder}: no config.json there. A model is a folder with config.json, model.safetensors and tokenizer files; check model.path."
            );
        }

        var lines = new StringBuilder();
        foreach (var path in Files(folder))
        {
            using var file = ModelFile.Open(path);
            lines.Append(Path.GetFileName(path)).Append(' ').Append(Convert.ToHexStringLower(SHA256.HashData(file))).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines.ToString())));
    }
}
