using System.Globalization;
using Seal.Arc.Generators;
using Seal.Arc.Prompts;
using Seal.Arc.SelfEdits;
using Seal.Core.Randomness;
using Seal.Models.Pretraining;
using Seal.Models.Tokenizers;

namespace Seal.Client.Commands;

/// <summary>Generated tasks and self-edit prompts as texts to pretrain on.</summary>
internal static class GridCorpus
{
    /// <summary>Longest grid side in the texts of the shipped model.</summary>
    public const int ShippedMaxSide = 20;

    private const double EditShare = 0.06;
    private const int MaxDemonstrations = 5;
    private const int HeldOutTexts = 128;
    private const int ProbesPerFamily = 8;

    /// <param name="tokenizer">The vocabulary.</param>
    /// <param name="maxTokens">Longest text.</param>
    /// <param name="maxSide">Longest grid side.</param>
    /// <param name="seed">Seed of the texts.</param>
    /// <exception cref="CommandException">The side is out of range.</exception>
    public static PretrainCorpus Create(GridTokenizer tokenizer, int maxTokens, int maxSide, ulong seed)
    {
        var texts = Texts(tokenizer, maxTokens, maxSide, seed);
        var options = Options(maxTokens, maxSide);
        var families = string.Join(", ", Fitting(TaskFamilies.Pretraining, maxSide).Select(family => family.Family));
        return new PretrainCorpus(
            string.Create(
                CultureInfo.InvariantCulture,
                $"generated tasks of the families {families}; grids up to {maxSide} a side, {options.MinDemonstrations} to "
                    + $"{options.MaxDemonstrations} demonstrations, loss on every output grid; {EditShare:P0} self-edit prompts with uniformly "
                    + $"drawn edits; text seed {seed}"
            ),
            texts.Text,
            texts.HeldOut(HeldOutTexts),
            [
                .. texts
                    .Probes(Fitting(TaskFamilies.Pretraining, maxSide), ProbesPerFamily)
                    .Select(probe => new PretrainProbe(probe.Family, probe.Sequence)),
                .. texts
                    .Probes(Fitting(TaskFamilies.Evaluation, maxSide), ProbesPerFamily)
                    .Select(probe => new PretrainProbe($"{probe.Family} (family not in the texts)", probe.Sequence)),
            ]
        );
    }

    /// <summary>The stream of texts alone.</summary>
    /// <exception cref="CommandException">The side is out of range.</exception>
    public static PretrainingTexts Texts(GridTokenizer tokenizer, int maxTokens, int maxSide, ulong seed)
    {
        if (maxSide is < GeneratorLimits.LeastMaxSide or > GeneratorLimits.MostMaxSide)
        {
            throw new CommandException(
                ExitCode.Usage,
                $"--max-side: {maxSide} is not in {GeneratorLimits.LeastMaxSide}..{GeneratorLimits.MostMaxSide}."
            );
        }

        return new PretrainingTexts(
            new GridPromptFormat(tokenizer),
            [PaperSchema.Instance, MiniSchema.Instance],
            Fitting(TaskFamilies.Pretraining, maxSide),
            new Seed(seed),
            Options(maxTokens, maxSide)
        );
    }

    /// <summary>Families that have something to show within the side.</summary>
    private static ITaskGenerator[] Fitting(IEnumerable<ITaskGenerator> families, int maxSide) =>
        [.. families.Where(family => family.LeastSide <= maxSide)];

    private static PretrainingOptions Options(int maxTokens, int maxSide) => new(maxTokens, maxSide, EditShare, MaxDemonstrations: MaxDemonstrations);
}
