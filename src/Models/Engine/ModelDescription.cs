using Seal.Core.Engines;
using Seal.Models.Llama;
using Seal.Models.Tokenizers;

namespace Seal.Models.Engine;

/// <summary>Opens and checks a model folder for every verb and engine: configuration, tensors and vocabulary, before any weight is read.</summary>
public static class ModelDescription
{
    /// <exception cref="ModelFormatException">They cannot be used.</exception>
    public static ModelInfo Of(string folder)
    {
        using var checkpoint = Checkpoint.Open(folder);
        var config = checkpoint.Config;
        return Of(folder, config);
    }

    /// <summary>The same of a folder that may have no weights.</summary>
    /// <exception cref="ModelFormatException">Configuration or vocabulary cannot be used.</exception>
    public static ModelInfo OfShape(string folder) => Of(folder, LlamaConfig.Load(folder));

    private static ModelInfo Of(string folder, LlamaConfig config) =>
        new(TokenizerLoader.Load(folder, config), config.ContextLength, config.Grid is not null);
}
