using Seal.Arc.Generators;
using Seal.Arc.Tasks;
using Seal.Core.Domains;
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
            Files => (Read(source.Path, source.Train), Read(source.Path, source.Evaluate)),
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
        count == 0 ? [] : ArcTaskSource.Generate(families ?? [.. own.Select(generator => generator.Family)], count, source.Seed, source.MaxSide);

    // To the reader an empty list means every task; in a sweep it means none.
    private static IReadOnlyList<ArcTask> Read(IReadOnlyList<string> paths, IReadOnlyList<string> ids) => ids.Count == 0 ? [] : ArcReader.Read(paths, ids);

    private static void Check(TaskSource source, IReadOnlyList<ArcTask> train, IReadOnlyList<ArcTask> evaluate)
    {
        if (train.Concat(evaluate).Select(task => ArcTaskJson.Validate(task, needsTestOutputs: true)).FirstOrDefault(wrong => wrong is not null) is { } wrong)
        {
            throw new SweepException(wrong);
        }

        var shared = (source.TrainFamilies ?? []).Intersect(source.EvaluateFamilies ?? [], StringComparer.Ordinal).FirstOrDefault();
        if (source.Kind == Generated && shared is not null)
        {
            throw new SweepException($"tasks: the family '{shared}' is in train_families and in evaluate_families; evaluation tasks must come from other families.");
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
