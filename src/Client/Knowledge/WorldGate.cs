using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Proposers;
using Seal.Core.Randomness;
using Seal.Knowledge.SelfEdits;
using Seal.Knowledge.World;

namespace Seal.Client.Knowledge;

/// <summary>One of the gate's figures.</summary>
/// <param name="Name">What is measured.</param>
/// <param name="Value">A share or a difference of shares, or a correlation; null where there was nothing to measure it by.</param>
/// <param name="Limit">What it is held against.</param>
/// <param name="Passes">Whether it holds.</param>
internal sealed record GateFigure(string Name, double? Value, double Limit, bool Passes);

/// <summary>
/// Is the generated world worth learning in? Six figures: the model reads, it answers from its weights, the raw passage gives nothing away that is
/// asked backwards, the right operator does, no one mix of operators does as well, and the reward is more than luck. Pure but for
/// <see cref="Background"/>.
/// </summary>
internal sealed class WorldGate
{
    private const int ProbesPerFormat = 64;
    private readonly IReadOnlyList<WorldTrial> _trials;
    private readonly int _trainings;
    private readonly Dictionary<string, Passage> _passages;

    /// <param name="passages">Passages.</param>
    /// <param name="trials">All of <see cref="Edits"/> on each, under two inner seeds or more.</param>
    /// <param name="trainings">How many trainings a reward is the mean of.</param>
    public WorldGate(IReadOnlyList<TaskDocument> passages, IReadOnlyList<WorldTrial> trials, int trainings)
    {
        (_trials, _trainings) = (trials, trainings);
        _passages = passages.ToDictionary(task => task.Id, task => WorldTask.Of(task).Passages[0], StringComparer.Ordinal);
    }

    /// <summary>What is tried: the model as it is, with the passage in front, trained on the passage alone, and all mixes of operators.</summary>
    public static IReadOnlyList<string> Edits { get; } =
    [NoneProposer.Payload, RuleText(RuleSet.Context), RuleText(RuleSet.Raw), RuleText(RuleSet.Repeat), .. WorldEdit.Mixes];

    /// <summary>The six figures.</summary>
    /// <param name="background">Share of background questions answered, see <see cref="Background"/>.</param>
    public IReadOnlyList<GateFigure> Figures(double background)
    {
        var opened = new[] { RuleSet.Raw, RuleSet.Repeat }
            .SelectMany(set =>
                new[] { Format.Pronoun, Format.Reverse, Format.Joined }.Select(format =>
                    OfFormat(RuleText(set), format) - OfFormat(NoneProposer.Payload, format)
                )
            )
            .Max();
        return
        [
            Least("passage in front of the questions", Accuracy(RuleText(RuleSet.Context)), 0.9),
            Least("questions about the background", background, 0.9),
            new GateFigure("opened by the raw passage, but for forward questions", Known(opened), 0.05, opened <= 0.05),
            Least("main format, lines of the right operator", RightOperator(), 0.8),
            Least("oracle by kind above the best constant mix", Oracle(passage => passage.Kind) - Oracle(_ => ""), 0.15),
            Least("reliability of the reward within passages", Reliability(), 0.7),
        ];

        static double? Known(double value) => double.IsFinite(value) ? value : null;

        static GateFigure Least(string name, double value, double limit) => new(name, Known(value), limit, value >= limit);
    }

    /// <summary>Share of its questions that are answered after a self-edit.</summary>
    public double Accuracy(string edit) => Of(edit).Average(trial => Share(trial, (_, _) => true));

    /// <summary>Share of the questions of one format, over all passages.</summary>
    public double OfFormat(string edit, Format format) =>
        Of(edit).Select(trial => Share(trial, (question, _) => question.Fact.Format == format)).Where(share => !double.IsNaN(share)).Average();

    /// <summary>Share of the main format's questions, over passages that ask mostly that; not a number without any.</summary>
    public double OfMain(string edit, Format format, bool heldOut = false)
    {
        double[] shares =
        [
            .. Of(edit)
                .Where(trial => _passages[trial.Task].Asked == format)
                .Select(trial =>
                    heldOut
                        ? trial.Right[_passages[trial.Task].Questions.Count..] is var right
                            ? right.Count(mark => mark == '1') / (double)right.Length
                            : 0
                        : Share(trial, (question, _) => question.Fact.Format == format)
                ),
        ];
        return shares.Length == 0 ? double.NaN : shares.Average();
    }

    /// <summary>Mean training tokens of a self-edit's trials.</summary>
    public double Tokens(string edit) => Of(edit).Average(trial => trial.Tokens);

    /// <summary>The operator whose lines say what the format asks for.</summary>
    public static string RightEdit(Format format) =>
        $"rule {WorldWords.Operators.First(name => WorldLines.Serves(name) == format)}*{WorldLines.Budget}";

    /// <summary>Share of background questions that the model answers. The background is the same on every level.</summary>
    public static double Background(IModelHandle model, CancellationToken cancellation)
    {
        var probes = new WorldPretraining(model.Info.Tokenizer, level: 1, new Seed(1))
            .Probes(ProbesPerFormat)
            .Where(probe =>
                probe.Family.StartsWith("background", StringComparison.Ordinal) && !probe.Family.EndsWith("words", StringComparison.Ordinal)
            )
            .Select(probe => probe.Sequence)
            .ToArray();
        return probes.Zip(model.Score(null, probes, cancellation)).Average(pair => pair.Second.IsExact(pair.First) ? 1.0 : 0);
    }

    private static string RuleText(RuleSet set) => new WorldEdit.Whole(set).Text;

    private IEnumerable<WorldTrial> Of(string edit) => _trials.Where(trial => trial.Edit == edit);

    private double RightOperator() => _passages.Values.Select(passage => passage.Asked).Average(format => OfMain(RightEdit(format), format));

    /// <summary>One mix for each class of passages, chosen under all inner seeds but one and on all passages of the class but the one that it is
    /// measured on.</summary>
    private double Oracle(Func<Passage, string> classOf)
    {
        var mixes = _trials.Where(trial => WorldEdit.Parse(trial.Edit, out _) is WorldEdit.Mix).ToArray();
        int[] seeds = [.. mixes.Select(trial => trial.Seed).Distinct().Order()];
        return seeds.Average(measured =>
            mixes
                .Where(trial => trial.Seed == measured)
                .GroupBy(trial => trial.Task, StringComparer.Ordinal)
                .Average(task =>
                {
                    var own = classOf(_passages[task.Key]);
                    var chosen = mixes
                        .Where(trial => trial.Seed != measured && trial.Task != task.Key && classOf(_passages[trial.Task]) == own)
                        .GroupBy(trial => trial.Edit, StringComparer.Ordinal)
                        .OrderByDescending(edit => edit.Average(All))
                        .ThenBy(edit => edit.Key, StringComparer.Ordinal)
                        .FirstOrDefault()
                        ?.Key;
                    return task.Where(trial => trial.Edit == chosen).Select(All).DefaultIfEmpty(0).Average();
                })
        );
    }

    /// <summary>Correlation within passages of what mixes earn on one half of the questions under one seed and on the other half under another, by
    /// Spearman and Brown's formula for as many trainings as a reward has. A reward asks all questions of each, so that it is more reliable than
    /// this says.</summary>
    private double Reliability()
    {
        var pairs = new List<(double One, double Other)>();
        foreach (var task in _trials.Where(trial => WorldEdit.Parse(trial.Edit, out _) is WorldEdit.Mix).GroupBy(trial => trial.Task))
        {
            var own = task.GroupBy(trial => trial.Edit, StringComparer.Ordinal)
                .Select(edit => (One: edit.FirstOrDefault(trial => trial.Seed == 1), Other: edit.FirstOrDefault(trial => trial.Seed == 2)))
                .Where(edit => edit is { One: not null, Other: not null })
                .Select(edit => (One: Share(edit.One!, (_, i) => i % 2 == 0), Other: Share(edit.Other!, (_, i) => i % 2 == 1)))
                .ToArray();
            var (one, other) = (own.Average(edit => edit.One), own.Average(edit => edit.Other));
            pairs.AddRange(own.Select(edit => (edit.One - one, edit.Other - other)));
        }

        var r =
            pairs.Sum(pair => pair.One * pair.Other) / Math.Sqrt(pairs.Sum(pair => pair.One * pair.One) * pairs.Sum(pair => pair.Other * pair.Other));
        return _trainings * r / (1 + ((_trainings - 1) * r));
    }

    private double All(WorldTrial trial) => Share(trial, (_, _) => true);

    /// <summary>Share of the questions that count; not a number where none does.</summary>
    private double Share(WorldTrial trial, Func<WorldQuestion, int, bool> counts)
    {
        int[] asked = [.. Enumerable.Range(0, _passages[trial.Task].Questions.Count).Where(i => counts(_passages[trial.Task].Questions[i], i))];
        return asked.Length == 0 ? double.NaN : asked.Count(i => trial.Right[i] == '1') / (double)asked.Length;
    }
}
