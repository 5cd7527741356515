using Seal.Arc.Generators;
using Seal.Arc.Tasks;
using Seal.Core.Domains;
using Seal.Core.Randomness;
using Seal.Core.Sweeps;

namespace Seal.Arc.TaskSources;

/// <summary>The tasks of a sweep: those that the policy learns on, and those that it is judged on.</summary>
/// <param name="Train">Training tasks.</param>
/// <param name="Evaluate">Evaluation tasks; none of them is a training task, turned or recoloured.</param>
public sealed record ArcTaskSets(IReadOnlyList<TaskDocument> Train, IReadOnlyList<TaskDocument> Evaluate)
{
    private const string Generated = "generated";
    private const string Files = "files";

    /// <summary>Reads or generates the tasks that a sweep names, and checks that they can be scored and do not overlap.</summary>
    /// <exception cref="SweepException">A file, id, family or size is wrong, a test output is missing, or the two sets overlap.</exception>
    public static ArcTaskSets Load(TaskSource source)
    {
        var (train, evaluate) = source.Kind switch
        {
            Generated => (
                Generate(source.TrainFamilies, TaskFamilies.Training, source.TrainCount, source),
                Generate(source.EvaluateFamilies, TaskFamilies.Evaluation, source.EvaluateCount, source)),
            Files => (Read(source.Path, source.Train), [.. Read(source.Path, source.Evaluate), .. Draw(source)]),
            _ => throw new SweepException($"tasks.kind: '{source.Kind}' is neither {Generated} nor {Files}."),
        };
        if (train.Count + evaluate.Count == 0)
        {
            throw new SweepException("tasks: there is no task; name some in tasks.train or tasks.evaluate, or ask for generated ones.");
        }

        Check(source, train, evaluate);
        return new ArcTaskSets([.. train.Select(ArcTaskJson.ToDocument)], [.. evaluate.Select(ArcTaskJson.ToDocument)]);
    }

    private static IReadOnlyList<ArcTask> Generate(IReadOnlyList<string>? families, IReadOnlyList<ITaskGenerator> own, int count, TaskSource source) =>
        count == 0 ? [] : ArcTaskSource.Generate(Names(families, own), count, source.Seed, source.MaxSide);

    private static IReadOnlyList<string> Names(IReadOnlyList<string>? families, IReadOnlyList<ITaskGenerator> own) => families ?? [.. own.Select(generator => generator.Family)];

    // To the reader an empty list means every task; in a sweep it means none.
    private static IReadOnlyList<ArcTask> Read(IReadOnlyList<string> paths, IReadOnlyList<string> ids) => ids.Count == 0 ? [] : ArcReader.Read(paths, ids);

    /// <summary>Tasks of the paths, in an order that depends on their ids and the seed alone, so that more begin with the same ones; those that the sweep names stay out.</summary>
    private static ArcTask[] Draw(TaskSource source)
    {
        if (source.EvaluateDraw == 0)
        {
            return [];
        }

        var named = source.Train.Concat(source.Evaluate).ToHashSet(StringComparer.Ordinal);
        var seed = new Seed((ulong)source.Seed).Derive("evaluation draw");
        ArcTask[] drawn =
        [
            .. ArcReader.Read(source.Path, [])
                .Where(task => !named.Contains(task.Id) && ArcTaskJson.Validate(task, needsTestOutputs: true) is null)
                .OrderBy(task => seed.Derive(task.Id).Value).ThenBy(task => task.Id, StringComparer.Ordinal).Take(source.EvaluateDraw),
        ];
        return drawn.Length == source.EvaluateDraw
            ? drawn
            : throw new SweepException($"tasks.evaluate_draw: {source.EvaluateDraw} tasks were asked for, but tasks.path has only {drawn.Length} beside those that the sweep names; ask for fewer.");
    }

    private static void Check(TaskSource source, IReadOnlyList<ArcTask> train, IReadOnlyList<ArcTask> evaluate)
    {
        if (train.Concat(evaluate).Select(task => ArcTaskJson.Validate(task, needsTestOutputs: true)).FirstOrDefault(wrong => wrong is not null) is { } wrong)
        {
            throw new SweepException(wrong);
        }

        var shared = Names(source.TrainFamilies, TaskFamilies.Training).Intersect(Names(source.EvaluateFamilies, TaskFamilies.Evaluation), StringComparer.Ordinal).FirstOrDefault();
        if (source is { Kind: Generated, TrainCount: > 0, EvaluateCount: > 0 } && shared is not null)
        {
            throw new SweepException($"tasks: the family '{shared}' is in train_families and in evaluate_families (left out, those are the families for training and for evaluation); evaluation tasks must come from other families.");
        }

        var known = train.GroupBy(TaskFingerprint.Of, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First().Id, StringComparer.Ordinal);
        foreach (var task in evaluate)
        {
            if (known.TryGetValue(TaskFingerprint.Of(task), out var twin))
            {
                throw new SweepException($"tasks: the evaluation task {task.Id} is the training task {twin}, up to orientation and colours; take one of them out.");
            }
        }
    }
}
