using Seal.Core.Engines;
using Seal.Core.Sequences;
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
    string Tokenizer,
    string Dtype,
    string Biases,
    string Chat,
    SizeTable Memory)
{
    /// <param name="folder">The model.</param>
    /// <param name="length">Tokens of a text, for the table of memory.</param>
    /// <param name="batch">Texts side by side, for the table of memory.</param>
    /// <param name="deviceBytes">The device's memory.</param>
    /// <exception cref="CommandException">There is no such folder.</exception>
    /// <exception cref="ModelFormatException">It is no model, or its vocabulary is another one's.</exception>
    public static ModelSummary Read(string folder, int length, int batch, long deviceBytes)
    {
        if (!Directory.Exists(folder))
        {
            throw new CommandException(ExitCode.NotFoundOrConflict, $"{folder}: there is no such folder. A model is a folder, e.g. models/grid-mini.");
        }

        var config = LlamaConfig.Load(folder);
        var tokenizer = File.Exists(Path.Combine(folder, TokenizerLoader.FileName)) ? TokenizerLoader.Load(folder, config) : null;
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
            tokenizer is null ? "none: the folder has no tokenizer.json" : $"{tokenizer.GetType().Name} of {tokenizer.VocabularySize} tokens",
            string.Join(", ", tensors.Select(tensor => tensor.Dtype.ToString()).Distinct().Order(StringComparer.Ordinal)),
            config.Bias == ProjectionBias.None ? "none" : config.Bias.ToString(),
            Template(tokenizer),
            SizeTable.Of(config, length, batch, deviceBytes));
    }

    private static string Template(ITokenizer? tokenizer)
    {
        if (tokenizer is not IChatTokenizer chat)
        {
            return "none";
        }

        try
        {
            chat.Render([new ChatMessage("system", "s"), new ChatMessage("user", "u")], addGenerationPrompt: true);
            return chat.EndOfText >= 0 ? $"rendered; turns end with {chat.Decode([chat.EndOfText])}" : "rendered; no file names the token that ends a turn";
        }
        catch (ModelFormatException refused)
        {
            return refused.Message;
        }
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
        ("dtype", Dtype),
        ("biases", Biases),
        ("chat template", Chat),
        ("vocabulary", FormattableString.Invariant($"{VocabularySize}; {Tokenizer}")),
    ];
}
