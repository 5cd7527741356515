using System.Globalization;
using Seal.Client.Commands;
using Seal.Core.Randomness;
using Seal.Knowledge.World;
using Seal.Models.Pretraining;
using Seal.Models.Tokenizers;

namespace Seal.Client.BaseModels;

/// <summary>The texts that a model can be pretrained on, by the names of <c>--corpus</c>.</summary>
internal static class PretrainCorpora
{
    public const string Grid = "grid";
    private const string Knowledge = "knowledge/level-";
    private const int HeldOutTexts = 256;
    private const int ProbesPerFormat = 32;

    public static IReadOnlyList<string> Names { get; } = [Grid, Knowledge + "1", Knowledge + "2"];

    /// <exception cref="CommandException">There is none of this name; says which there are.</exception>
    public static PretrainTexts Of(string name) =>
        name == Grid
            ? new PretrainTexts(
                Grid,
                PretrainVocabulary.Of(GridTokenizer.CreateMini()),
                new PretrainOptions("", ""),
                HasGrids: true,
                (maxTokens, maxSide, seed) => GridCorpus.Create(GridTokenizer.CreateMini(), maxTokens, maxSide, seed)
            )
        : Names.Contains(name) ? OfKnowledge(name, int.Parse(name[Knowledge.Length..], CultureInfo.InvariantCulture))
        : throw new CommandException(ExitCode.Usage, $"--corpus: there is no '{name}'; expected one of {string.Join(", ", Names)}.");

    private static PretrainTexts OfKnowledge(string name, int level)
    {
        var tokenizer = new WordTokenizer(WorldWords.All, WorldWords.Specials);
        return new PretrainTexts(
            name,
            PretrainVocabulary.Of(tokenizer),
            new PretrainOptions(
                "",
                "",
                ContextLength: 1024,
                MaxTokens: 320,
                Steps: 15000,
                LearningRate: 3e-3,
                MatrixLearningRate: 2e-3,
                DecaySteps: 3500
            ),
            HasGrids: false,
            (_, _, seed) =>
            {
                var texts = new WorldPretraining(tokenizer, level, new Seed(seed));
                return new PretrainCorpus(
                    string.Create(CultureInfo.InvariantCulture, $"{texts.Description}; text seed {seed}"),
                    texts.Text,
                    texts.HeldOut(HeldOutTexts),
                    [.. texts.Probes(ProbesPerFormat).Select(probe => new PretrainProbe(probe.Family, probe.Sequence))]
                );
            }
        );
    }
}

/// <summary>A corpus that a model can be pretrained on.</summary>
/// <param name="Name">Of <c>--corpus</c>.</param>
/// <param name="Vocabulary">What it is written in.</param>
/// <param name="Usual">Options for it, without folders.</param>
/// <param name="HasGrids">Whether <c>--max-side</c> means anything.</param>
/// <param name="Create">Makes it: longest text in tokens, longest grid side, seed.</param>
internal sealed record PretrainTexts(
    string Name,
    PretrainVocabulary Vocabulary,
    PretrainOptions Usual,
    bool HasGrids,
    Func<int, int, ulong, PretrainCorpus> Create
);
