using System.Globalization;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Json;
using Seal.Core.Sweeps;
using Seal.Knowledge.World;

namespace Seal.Knowledge;

/// <summary>
/// Knowledge incorporation over a generated world (SEAL, section 4.2; the world is ours): a task is a passage, a self-edit is text that the policy
/// writes about it, and what counts is how many questions the model answers after training on that text, without the passage.
/// </summary>
public sealed class KnowledgeDomain : IDomain
{
    public const string Name = "knowledge";

    /// <summary>Worlds, as <c>tasks.train_families</c> names them: in the first the kind of a passage says what is asked, in the second its last
    /// sentence does.</summary>
    public static IReadOnlyList<string> Levels { get; } = ["level-1", "level-2"];

    public string Id => Name;

    public IReadOnlyList<DomainSetting> Settings => KnowledgeKeys.All;

    public IReadOnlyList<string> Reads => ["inner.warmup_steps", "tasks.train_families", "tasks.evaluate_families", "tasks.retention_count"];

    public IReadOnlyList<string> Scores => [Core.Candidates.Scores.Exact, Core.Candidates.Scores.Accuracy];

    public IDomainSession Open(RunSettings settings, ModelInfo model) => new KnowledgeSession(settings, model);

    /// <summary>However a trial is judged, it is asked the same.</summary>
    public string TrialIdentity(RunSettings settings, EvaluationKind kind) => SealJson.ToText(KnowledgeTraining.Of(settings));

    /// <summary>The passages from number <c>tasks.seed</c> on: first those to learn on, behind them those to judge by. <c>level-1-by-8</c> has tasks
    /// of eight passages. What a gate asks are questions about the background, one a task: what the model knew before it wrote a line.</summary>
    public TaskSets Load(TaskSource source)
    {
        if (source.Kind != "generated" || source.FreshCount > 0)
        {
            throw new SweepException(
                $"domain \"{Name}\" generates passages: tasks.source = \"generated\", with tasks.train_count, tasks.evaluate_count and tasks.seed, "
                    + "the number of the first passage."
            );
        }

        if (source.RetentionCount > WorldPretraining.MostBackground)
        {
            throw new SweepException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"tasks.retention_count: domain \"{Name}\" has {WorldPretraining.MostBackground} questions about the background; "
                        + $"got {source.RetentionCount}, ask for fewer."
                )
            );
        }

        return new TaskSets(
            Made("tasks.train_families", source.TrainFamilies, source.Seed, source.TrainCount),
            Made("tasks.evaluate_families", source.EvaluateFamilies ?? source.TrainFamilies, source.Seed + source.TrainCount, source.EvaluateCount)
        )
        {
            Retention = [.. WorldPretraining.BackgroundQuestions(source.RetentionCount).Select(Document)],
        };
    }

    public string? Validate(TaskDocument task, bool needsTestOutputs)
    {
        try
        {
            var passages = WorldTask.Of(task).Passages;
            return passages.Count == 0 || passages.Any(passage => passage.Questions.Count == 0) ? "it has no questions" : null;
        }
        catch (Exception wrong) when (wrong is System.Text.Json.JsonException or InvalidOperationException)
        {
            return $"it is no passage: {wrong.Message}";
        }
    }

    /// <summary>Passages from a number on; behind a world's name how many a task has.</summary>
    private static TaskDocument[] Made(string key, IReadOnlyList<string>? families, long first, int count)
    {
        if ((families ?? [Levels[0]]) is not [var family] || Kind(family) is not (var level and > 0, var together))
        {
            throw new SweepException(
                $"{key}: domain \"{Name}\" has {string.Join(" and ", Levels)}, alone or with a number of passages for each task, 2 to "
                    + $"{PassageMaker.MostTogether}, e.g. \"{Levels[0]}-by-8\"; name one of these, or leave the key out."
            );
        }

        var maker = new PassageMaker(level);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => together == 1 ? Document(maker.Make(first + i)) : Document(level, first + i, maker.MakeMany(first + i, together))),
        ];
    }

    /// <summary>Level and passages of each task; level 0 for what is no name.</summary>
    private static (int Level, int Together) Kind(string family)
    {
        var parts = family.Split("-by-");
        var together = 1;
        var isGood =
            parts.Length == 1
            || (
                parts.Length == 2
                && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out together)
                && together is > 1 and <= PassageMaker.MostTogether
            );
        return (isGood ? Levels.ToList().IndexOf(parts[0]) + 1 : 0, together);
    }

    /// <summary>Its family is the format that it mostly asks: the look-up by family is what knowing that is worth. No prompt has it.</summary>
    private static TaskDocument Document(Passage passage) =>
        new(passage.Id, SealJson.ToText(new WorldTask([passage])))
        {
            Labels = new TaskLabels($"asks-{passage.Asked.ToString().ToLowerInvariant()}", passage.Kind),
        };

    /// <summary>A question about the background: a passage that says nothing.</summary>
    private static TaskDocument Document(WorldQuestion question, int at) =>
        new(
            string.Create(CultureInfo.InvariantCulture, $"background-{at}"),
            SealJson.ToText(new WorldTask([new Passage($"background-{at}", "", [], [], question.Fact.Format, [question], [])]))
        );

    private static TaskDocument Document(int level, long number, IReadOnlyList<Passage> passages) =>
        new(string.Create(CultureInfo.InvariantCulture, $"passages-{level}-{passages.Count}-{number}"), SealJson.ToText(new WorldTask(passages)));
}
