using System.Globalization;
using Seal.Arc.Prompts;
using Seal.Arc.SelfEdits;
using Seal.Arc.Tasks;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Core.Sweeps;

namespace Seal.Arc.Generators;

/// <summary>
/// An endless, seekable stream of texts for a model that starts from nothing: the text at an index is a pure function of seed and index. Most are
/// generated tasks with loss on every output grid; the rest are self-edit prompts followed by a uniformly drawn valid edit, so that the
/// policy that comes out spreads its edits over the space and favours none.
/// </summary>
public sealed class PretrainingTexts
{
    /// <summary>Draws for one text until it fits the context.</summary>
    private const int Draws = 100;

    private readonly IPromptFormat _format;
    private readonly IEditSchema _schema;
    private readonly IReadOnlyList<ITaskGenerator> _families;
    private readonly PretrainingOptions _options;
    private readonly Seed _seed;

    /// <param name="format">The model's prompt format.</param>
    /// <param name="schema">Whose edits are written.</param>
    /// <param name="families">Generators to draw from, all with the same probability.</param>
    /// <param name="seed">Seed of the stream.</param>
    /// <param name="options">Sizes and shares.</param>
    public PretrainingTexts(IPromptFormat format, IEditSchema schema, IReadOnlyList<ITaskGenerator> families, Seed seed, PretrainingOptions options)
    {
        if (families.Count == 0)
        {
            throw new SweepException("Pretraining needs at least one task family.");
        }

        (_format, _schema, _families, _options, _seed) = (format, schema, families, options, seed.Derive("pretraining"));
    }

    /// <summary>The text at an index. Safe to call from several threads.</summary>
    /// <exception cref="SweepException">No generated task fits the context length.</exception>
    public TokenSequence Text(long index) => Draw(new CounterRandom(_seed.Derive(index.ToString(CultureInfo.InvariantCulture))));

    /// <summary>The same kind of texts from other seeds, for a held-out loss.</summary>
    public IReadOnlyList<TokenSequence> HeldOut(int count) =>
        [.. Enumerable.Range(0, count).Select(index => Draw(new CounterRandom(_seed.Derive("held-out", index.ToString(CultureInfo.InvariantCulture)))))];

    /// <summary>
    /// Questions with their answers, loss on the answer alone, from seeds that no text has: is a family solved in context? A small task may happen to
    /// be in a text too.
    /// </summary>
    /// <param name="generators">Families to ask about, also those that are not in the texts.</param>
    /// <param name="perFamily">Questions per family.</param>
    public IReadOnlyList<(string Family, TokenSequence Sequence)> Probes(IEnumerable<ITaskGenerator> generators, int perFamily)
    {
        var limits = new GeneratorLimits(_options.MaxSide, _options.MinDemonstrations, _options.MaxDemonstrations);
        return [.. generators.SelectMany(generator => Enumerable.Range(0, perFamily).Select(index =>
        {
            var random = new CounterRandom(_seed.Derive("probe", generator.Family, index.ToString(CultureInfo.InvariantCulture)));
            return (generator.Family, Fit(() =>
            {
                var task = generator.Generate(random, limits);
                return _format.AnswerText(task.Train, task.Test[0]);
            }));
        }))];
    }

    private TokenSequence Draw(CounterRandom random) => Fit(() =>
    {
        var family = _families[random.NextInt(_families.Count)];
        // The larger of two draws: every size occurs, and most texts are not tiny.
        var maxSide = Math.Max(random.NextInt(GeneratorLimits.LeastMaxSide, _options.MaxSide + 1), random.NextInt(GeneratorLimits.LeastMaxSide, _options.MaxSide + 1));
        var limits = new GeneratorLimits(maxSide, _options.MinDemonstrations, _options.MaxDemonstrations);
        var task = Disguise(family.Generate(random, limits), random);
        return random.NextBool(_options.EditShare)
            ? _format.ProposalText(task.Train, _schema.Random(random))
            : _format.TrainingText(task, TrainingStrategy.OutputTokens);
    });

    /// <summary>Draws again until a text fits the context.</summary>
    private TokenSequence Fit(Func<TokenSequence> make)
    {
        for (var draw = 0; draw < Draws; draw++)
        {
            var text = make();
            if (text.Length <= _options.ContextLength)
            {
                return text;
            }
        }

        throw new SweepException($"No generated task with sides up to {_options.MaxSide} fits {_options.ContextLength} tokens; lower the side or raise the context length.");
    }

    /// <summary>The same task in another orientation and other colours; half the time the background stays 0.</summary>
    private static ArcTask Disguise(ArcTask task, CounterRandom random)
    {
        var orientation = random.NextInt(8);
        byte[] colours = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
        random.Shuffle(random.NextBool() ? colours.AsSpan() : colours.AsSpan(1));
        Grid Turned(Grid grid) => Sketch.Orient(Sketch.Map(grid, cell => colours[cell]), orientation);
        ArcPair Both(ArcPair pair) => new(Turned(pair.Input), pair.Output is null ? null : Turned(pair.Output));
        return new ArcTask(task.Id, [.. task.Train.Select(Both)], [.. task.Test.Select(Both)]);
    }
}

/// <summary>What a pretraining stream holds.</summary>
/// <param name="ContextLength">Longest text in tokens.</param>
/// <param name="MaxSide">Longest grid side.</param>
/// <param name="EditShare">Share of texts that are self-edits.</param>
/// <param name="MinDemonstrations">Fewest demonstrations.</param>
/// <param name="MaxDemonstrations">Most demonstrations.</param>
public sealed record PretrainingOptions(
    int ContextLength, int MaxSide = 10, double EditShare = 0.15, int MinDemonstrations = 2, int MaxDemonstrations = 4);
