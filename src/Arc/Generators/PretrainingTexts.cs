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

    /// <summary>Two texts of three have no longer side: they are cheap, so a model sees many.</summary>
    private const int SmallSide = 7;

    private readonly IPromptFormat _format;
    private readonly IReadOnlyList<IEditSchema> _schemas;
    private readonly IReadOnlyList<ITaskGenerator> _families;
    private readonly PretrainingOptions _options;
    private readonly Seed _seed;

    /// <param name="format">The model's prompt format.</param>
    /// <param name="schemas">Whose edits are written, each as often.</param>
    /// <param name="families">Generators to draw from, all with the same probability.</param>
    /// <param name="seed">Seed of the stream.</param>
    /// <param name="options">Sizes and shares.</param>
    public PretrainingTexts(
        IPromptFormat format,
        IReadOnlyList<IEditSchema> schemas,
        IReadOnlyList<ITaskGenerator> families,
        Seed seed,
        PretrainingOptions options
    )
    {
        if (families.Count == 0)
        {
            throw new SweepException("Pretraining needs at least one task family.");
        }

        (_format, _schemas, _families, _options, _seed) = (format, schemas, families, options, seed.Derive("pretraining"));
    }

    /// <summary>The text at an index. Safe to call from several threads.</summary>
    /// <exception cref="SweepException">No generated task fits the context length.</exception>
    public TokenSequence Text(long index) => Draw(RandomOf(index)).Text;

    /// <summary>The task that the text at an index shows.</summary>
    public ArcTask Task(long index) => Draw(RandomOf(index)).Task;

    /// <summary>The same kind of texts from other seeds, for a held-out loss.</summary>
    public IReadOnlyList<TokenSequence> HeldOut(int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(index => Draw(new CounterRandom(_seed.Derive("held-out", index.ToString(CultureInfo.InvariantCulture)))).Text),
        ];

    /// <summary>
    /// Questions with their answers, loss on the answer alone, from seeds that no text has: is a family solved in context? A small task may happen to
    /// be in a text too.
    /// </summary>
    /// <param name="generators">Families to ask about, also those that are not in the texts.</param>
    /// <param name="perFamily">Questions per family.</param>
    public IReadOnlyList<(string Family, TokenSequence Sequence)> Probes(IEnumerable<ITaskGenerator> generators, int perFamily)
    {
        return
        [
            .. generators.SelectMany(generator =>
                Enumerable
                    .Range(0, perFamily)
                    .Select(index =>
                    {
                        var random = new CounterRandom(_seed.Derive("probe", generator.Family, index.ToString(CultureInfo.InvariantCulture)));
                        return (
                            generator.Family,
                            Fit(() =>
                            {
                                var side = Math.Max(generator.LeastSide, DrawSide(random));
                                var task = generator.Generate(
                                    random,
                                    new GeneratorLimits(side, _options.MinDemonstrations, _options.MaxDemonstrations)
                                );
                                return (task, _format.AnswerText(task.Train, task.Test[0]));
                            }).Text
                        );
                    })
            ),
        ];
    }

    private CounterRandom RandomOf(long index) => new(_seed.Derive(index.ToString(CultureInfo.InvariantCulture)));

    private (ArcTask Task, TokenSequence Text) Draw(CounterRandom random) =>
        Fit(() =>
        {
            var family = _families[random.NextInt(_families.Count)];
            var limits = new GeneratorLimits(Math.Max(family.LeastSide, DrawSide(random)), _options.MinDemonstrations, _options.MaxDemonstrations);
            var task = Disguise(family.Generate(random, limits), random);
            return (
                task,
                random.NextBool(_options.EditShare)
                    ? _format.ProposalText(task.Train, _schemas[random.NextInt(_schemas.Count)].Random(random))
                    : _format.TrainingText(task, TrainingStrategy.OutputTokens)
            );
        });

    /// <summary>Up to small sides the larger of two draws, as most texts shall not be tiny; where larger ones are asked for, in one text of
    /// three.</summary>
    private int DrawSide(CounterRandom random)
    {
        var small = Math.Min(_options.MaxSide, SmallSide);
        var most = _options.MaxSide > small && random.NextBool(1.0 / 3) ? _options.MaxSide : small;
        return Math.Max(random.NextInt(GeneratorLimits.LeastMaxSide, most + 1), random.NextInt(GeneratorLimits.LeastMaxSide, most + 1));
    }

    /// <summary>Draws again until a text fits the context.</summary>
    private (ArcTask Task, TokenSequence Text) Fit(Func<(ArcTask Task, TokenSequence Text)> make)
    {
        for (var draw = 0; draw < Draws; draw++)
        {
            var made = make();
            if (made.Text.Length <= _options.ContextLength)
            {
                return made;
            }
        }

        throw new SweepException(
            $"No generated task with sides up to {_options.MaxSide} fits {_options.ContextLength} tokens; lower the side or raise the context length."
        );
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
    int ContextLength,
    int MaxSide = 10,
    double EditShare = 0.15,
    int MinDemonstrations = 2,
    int MaxDemonstrations = 4
);
