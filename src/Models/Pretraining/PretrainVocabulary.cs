using Seal.Core.Sequences;
using Seal.Models.Tokenizers;

namespace Seal.Models.Pretraining;

/// <summary>What a model that starts from nothing writes with: its vocabulary, and how it counts positions.</summary>
/// <param name="Tokenizer">Words ↔ ids.</param>
/// <param name="File">The <c>tokenizer.json</c> that is put beside the weights.</param>
/// <param name="IsGrid">True for row, column, example and sequence; false for the sequence alone.</param>
public sealed record PretrainVocabulary(ITokenizer Tokenizer, ReadOnlyMemory<byte> File, bool IsGrid)
{
    /// <summary>One token per grid cell.</summary>
    public static PretrainVocabulary Of(GridTokenizer tokenizer) => new(tokenizer, GridTokenizerFile.ToBytes(tokenizer), IsGrid: true);

    /// <summary>One token per word.</summary>
    public static PretrainVocabulary Of(WordTokenizer tokenizer) => new(tokenizer, WordTokenizerFile.ToBytes(tokenizer), IsGrid: false);

    /// <summary>For the model card.</summary>
    internal string Describe =>
        IsGrid
            ? "one token per grid cell,\nrotary positions over row, column, example and sequence index"
            : $"one token per word ({Tokenizer.VocabularySize} words),\nrotary positions over the sequence index";
}
