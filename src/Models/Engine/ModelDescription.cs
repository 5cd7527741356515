using Seal.Core.Engines;
using Seal.Models.Llama;
using Seal.Models.Tokenizers;

namespace Seal.Models.Engine;

/// <summary>What a model's files say of it without its weights.</summary>
public static class ModelDescription
{
    /// <exception cref="ModelFormatException">They cannot be used.</exception>
    public static ModelInfo Of(string folder)
    {
        var config = LlamaConfig.Load(folder);
        return new ModelInfo(TokenizerLoader.Load(folder), config.ContextLength, config.Grid is not null);
    }
}
