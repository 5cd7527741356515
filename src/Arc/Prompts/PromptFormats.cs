using Seal.Core.Engines;
using Seal.Core.Sequences;
using Seal.Core.Sweeps;

namespace Seal.Arc.Prompts;

/// <summary>Chooses the format that a model's vocabulary can read.</summary>
public static class PromptFormats
{
    /// <exception cref="SweepException">No format fits the vocabulary, or the template does not fit the format.</exception>
    public static IPromptFormat For(ModelInfo model, string? proposalTemplate) =>
        model.Tokenizer switch
        {
            _ when GridVocabulary.IsGrid(model.Tokenizer) => new GridPromptFormat(model.Tokenizer, model.UsesGridPositions, proposalTemplate),
            IChatTokenizer chat => new ChatPromptFormat(chat, proposalTemplate),
            _ => throw new SweepException(
                $"The model's vocabulary {model.Tokenizer.Id} has neither grid tokens (<c0> … <c9>) nor a chat template (chat_template in "
                    + $"tokenizer_config.json, or chat_template.jinja), so there is no prompt format for it; choose an instruction-tuned model."
            ),
        };
}
