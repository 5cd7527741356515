using System.Text.Json;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Json;
using Seal.Core.Sweeps;

namespace Seal.Knowledge.Passages;

/// <summary>
/// Knowledge incorporation for real models (SEAL, section 4.2): a task is a passage with questions, a self-edit is what the policy writes about it,
/// and what counts is how many questions the model answers after training on that, without the passage.
/// </summary>
public sealed class PassagesDomain : IDomain
{
    public const string Name = "passages";

    public string Id => Name;

    public IReadOnlyList<DomainSetting> Settings => PassageKeys.All;

    public IReadOnlyList<string> Reads => ["proposal.template", "inner.max_steps", "inner.warmup_steps", "inner.max_tokens"];

    public IReadOnlyList<string> Scores => [Core.Candidates.Scores.Exact, Core.Candidates.Scores.Accuracy];

    public bool CountsFiles => true;

    public string? Judge(RunSettings settings) => PassageJudge.Of(settings)?.Name;

    public IDomainSession Open(RunSettings settings, ModelInfo model) => new PassagesSession(settings, model);

    /// <summary>However a trial is judged, it is asked the same.</summary>
    public string TrialIdentity(RunSettings settings, EvaluationKind kind) => SealJson.ToText(PassageTraining.Of(settings));

    /// <summary>One file: first the training passages, behind them those to judge by. Two files: one for each.</summary>
    public TaskSets Load(TaskSource source)
    {
        if (source.Kind != "files" || source.Train.Count + source.Evaluate.Count + source.EvaluateDraw > 0 || source.Path.Count > 2)
        {
            throw new SweepException(
                $"domain \"{Name}\" reads passages: tasks.source = \"files\", tasks.path with one file or two (training, evaluation), and "
                    + "tasks.train_count and tasks.evaluate_count, the first so many of them."
            );
        }

        var first = PassageTask.Read(source.Path[0]);
        var training = Taken(source.Path[0], first, 0, source.TrainCount, "tasks.train_count");
        var evaluation =
            source.Path.Count == 2
                ? Taken(source.Path[1], PassageTask.Read(source.Path[1]), 0, source.EvaluateCount, "tasks.evaluate_count")
                : Taken(source.Path[0], first, source.TrainCount, source.EvaluateCount, "tasks.evaluate_count");
        var seen = training.Select(passage => passage.Context).ToHashSet(StringComparer.Ordinal);
        if (evaluation.FirstOrDefault(passage => seen.Contains(passage.Context)) is { } twice)
        {
            throw new SweepException($"tasks.path: a passage about \"{twice.Title}\" is in both sets; evaluation passages must be unseen.");
        }

        return new TaskSets([.. training.Select((one, i) => one.Document('t', i))], [.. evaluation.Select((one, i) => one.Document('e', i))]);
    }

    public string? Validate(TaskDocument task, bool needsTestOutputs)
    {
        try
        {
            return SealJson.Parse<PassageTask>(task.Json).Questions.Count == 0 ? "it has no questions" : null;
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            return $"it is no passage: {wrong.Message}";
        }
    }

    private static PassageTask[] Taken(string path, IReadOnlyList<PassageTask> all, int from, int count, string key) =>
        from + count <= all.Count
            ? [.. all.Skip(from).Take(count)]
            : throw new SweepException($"{key}: {path} has {all.Count} passages, and {from + count} are asked for.");
}
