using Seal.Core.Engines;
using Seal.Models.Llama;
using Seal.Models.Safetensors;
using Seal.Models.Tokenizers;

namespace Seal.Client.BaseModels;

/// <summary>A model folder in a few lines; weights are counted, not read.</summary>
internal sealed record ModelSummary(
    string Folder,
    string Sha256,
    long Parameters,
    int Tensors,
    int HiddenSize,
    int IntermediateSize,
    int Layers,
    int Heads,
    int KeyValueHeads,
    int HeadDim,
    int VocabularySize,
    int ContextLength,
    bool TiedHead,
    string Positions,
    string Tokenizer)
{
    /// <exception cref="CommandException">There is no such folder.</exception>
    /// <exception cref="ModelFormatException">It is no model.</exception>
    public static ModelSummary Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new CommandException(ExitCode.NotFoundOrConflict, $"{folder}: there is no such folder. A model is a folder, e.g. models/grid-mini.");
        }

        var config = LlamaConfig.Load(folder);
        var tokenizer = TokenizerLoader.Load(folder);
        using var weights = SafetensorsFolder.Open(folder);
        var tensors = weights.Names.Select(name => weights.Get(name).Tensor).ToArray();
        return new ModelSummary(
            folder,
            ModelFolder.ContentHash(folder),
            tensors.Sum(tensor => tensor.Count),
            tensors.Length,
            config.HiddenSize,
            config.IntermediateSize,
            config.Layers,
            config.Heads,
            config.KeyValueHeads,
            config.HeadDim,
            config.VocabularySize,
            config.ContextLength,
            config.TiedHead,
            config.Grid is null ? "sequence" : "row, column, example, sequence",
            $"{tokenizer.GetType().Name} of {tokenizer.VocabularySize} tokens");
    }

    public IEnumerable<(string Name, string Value)> Rows() =>
    [
        ("folder", Folder),
        ("content hash", Sha256),
        ("parameters", FormattableString.Invariant($"{Parameters:N0} in {Tensors} tensors")),
        ("decoder", FormattableString.Invariant($"{Layers} layers of {HiddenSize}, feed-forward {IntermediateSize}, {(TiedHead ? "tied" : "own")} head")),
        ("attention", FormattableString.Invariant($"{Heads} heads of {HeadDim}, {KeyValueHeads} for keys and values")),
        ("positions", Positions),
        ("context", FormattableString.Invariant($"{ContextLength} tokens")),
        ("vocabulary", FormattableString.Invariant($"{VocabularySize}; {Tokenizer}")),
    ];
}
