using System.Text.Json.Serialization;
using Seal.Arc.Prompts;
using Seal.Core.Engines;
using Seal.Core.Sequences;
using Seal.Core.Sweeps;
using Seal.Models.Engine;
using Seal.Models.Llama;
using Seal.Models.Safetensors;
using Seal.Models.Tokenizers;

namespace Seal.Client.BaseModels;

/// <summary>A model folder in a few lines.</summary>
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
    bool QueryKeyNorm,
    string Chat,
    SizeTable Memory
)
{
    /// <summary>Why a sweep could not use the model; null where it could. Such a model is told of and has no document.</summary>
    [JsonIgnore]
    public string? Problem { get; private init; }

    /// <param name="folder">The model.</param>
    /// <param name="length">Tokens of a text, for the table of memory.</param>
    /// <param name="batch">Texts side by side, for the table of memory.</param>
    /// <param name="deviceBytes">The device's memory.</param>
    /// <param name="cards">Devices that share the layers.</param>
    /// <exception cref="CommandException">There is no such folder.</exception>
    /// <exception cref="ModelFormatException">Configuration or weights cannot be read at all.</exception>
    public static ModelSummary Read(string folder, int length, int batch, long deviceBytes, int cards)
    {
        if (!Directory.Exists(folder))
        {
            throw new CommandException(
                ExitCode.NotFoundOrConflict,
                $"{folder}: there is no such folder. A model is a folder, e.g. models/grid-mini."
            );
        }

        var config = LlamaConfig.Load(folder);
        if (cards > config.Layers)
        {
            throw new CommandException(ExitCode.Usage, $"--cards: the model has {config.Layers} layers, and each card takes at least one.");
        }

        var (tokenizer, problem) = Check(folder);
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
            tokenizer is null ? "none that can be used" : $"{tokenizer.GetType().Name} of {tokenizer.VocabularySize} tokens",
            string.Join(", ", tensors.Select(tensor => tensor.Dtype.ToString()).Distinct().Order(StringComparer.Ordinal)),
            config.Bias == ProjectionBias.None ? "none" : config.Bias.ToString(),
            config.QueryKeyNorm,
            Template(tokenizer),
            SizeTable.Of(config, length, batch, deviceBytes, cards)
        )
        {
            Problem = problem,
        };
    }

    /// <summary>As <c>try</c> and <c>run</c> check a model before they ask it anything.</summary>
    /// <returns>Its vocabulary, and why a sweep could not use it.</returns>
    private static (ITokenizer? Tokenizer, string? Problem) Check(string folder)
    {
        ITokenizer? tokenizer = null;
        try
        {
            var model = ModelDescription.Of(folder);
            tokenizer = model.Tokenizer;
            ReadNumbers(folder);
            _ = PromptFormats.For(model, null);
            if (tokenizer is IChatTokenizer chat)
            {
                Render(chat);
            }

            return (tokenizer, null);
        }
        catch (Exception refused) when (refused is ModelFormatException or SweepException)
        {
            return (tokenizer, refused.Message);
        }
    }

    /// <summary>Every number of the model, as whoever opens it reads them: one that is not finite is refused by its place.</summary>
    private static void ReadNumbers(string folder)
    {
        using var checkpoint = Checkpoint.Open(folder);
        foreach (var (file, tensor) in checkpoint.Config.Tensors().Select(tensor => checkpoint.Weights.Get(tensor.Name)))
        {
            file.CheckNumbers(tensor);
        }
    }

    private static string Template(ITokenizer? tokenizer)
    {
        if (tokenizer is not IChatTokenizer chat)
        {
            return "none";
        }

        try
        {
            Render(chat);
            return chat.EndOfText >= 0
                ? $"rendered; turns end with {chat.Decode([chat.EndOfText])}"
                : "rendered; no file names the token that ends a turn";
        }
        catch (ModelFormatException refused)
        {
            return refused.Message;
        }
    }

    private static void Render(IChatTokenizer chat) =>
        chat.Render([new ChatMessage("system", "s"), new ChatMessage("user", "u")], addGenerationPrompt: true);

    public IEnumerable<(string Name, string Value)> Rows() =>
        [
            ("folder", Folder),
            ("can be used", Problem is null ? "yes" : $"no: {Problem}"),
            ("content hash", Sha256),
            ("parameters", FormattableString.Invariant($"{Parameters:N0} in {Tensors} tensors")),
            (
                "decoder",
                FormattableString.Invariant($"{Layers} layers of {HiddenSize}, feed-forward {IntermediateSize}, {(TiedHead ? "tied" : "own")} head")
            ),
            (
                "attention",
                FormattableString.Invariant(
                    $"{Heads} heads of {HeadDim}, {KeyValueHeads} for keys and values{(QueryKeyNorm ? "; queries and keys normed" : "")}"
                )
            ),
            ("positions", Positions),
            ("context", FormattableString.Invariant($"{ContextLength} tokens")),
            ("dtype", Dtype),
            ("biases", Biases),
            ("chat template", Chat),
            ("vocabulary", FormattableString.Invariant($"{VocabularySize}; {Tokenizer}")),
        ];
}
