using Seal.Core.Engines;
using Seal.Core.Sweeps;

namespace Seal.Arc.Prompts;

/// <summary>Chooses the format that a model's vocabulary can read.</summary>
public static class PromptFormats
{
    /// <exception cref="SweepException">No format fits the vocabulary, or the template does not fit the format.</exception>
    public static IPromptFormat For(ModelInfo model, string? proposalTemplate) => GridVocabulary.IsGrid(model.Tokenizer)
        ? new GridPromptFormat(model.Tokenizer, model.UsesGridPositions, proposalTemplate)
        : throw new SweepException(
            $"The model's vocabulary {model.Tokenizer.Id} has no grid tokens (<c0> … <c9>), and there is no prompt format for other vocabularies yet; choose a model with a seal-grid tokenizer.json.");
}
