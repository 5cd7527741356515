using System.Globalization;
using Seal.Arc.Generators;
using Seal.Arc.Tasks;
using Seal.Core.Domains;
using Seal.Core.Randomness;
using Seal.Core.Sweeps;

namespace Seal.Arc.TaskSources;

/// <summary>Reads or generates the tasks of a sweep. No evaluation task is a training task turned, recoloured or with its pairs in other
/// places.</summary>
public static class ArcTaskSets
{
    private const string Generated = "generated";
    private const string Files = "files";

    /// <summary>Warnings name so many tasks and count the rest.</summary>
    private const int MostNamed = 5;

    /// <summary>Reads or generates the tasks that a sweep names, and checks that they can be scored and do not overlap.</summary>
    /// <exception cref="SweepException">A file, id, family or size is wrong, a test output is missing, or the two sets overlap.</exception>
    public static TaskSets Load(TaskSource source)
    {
        var train = source.Kind switch
        {
            Generated => Generate(source.TrainFamilies, TaskFamilies.Training, source.TrainCount, source),
            Files => Read(source.Path, source.Train),
            _ => throw new SweepException($"tasks.kind: '{source.Kind}' is neither {Generated} nor {Files}."),
        };
        var known = new TaskIndex(train);
        var (fresh, leftOut) = source.Kind == Generated && source.FreshCount > 0 ? Apart(source, source.FreshCount, "fresh tasks", train) : ([], 0);
        IReadOnlyList<ArcTask> evaluate =
            source.Kind == Generated
                ? [.. Generate(source.EvaluateFamilies, TaskFamilies.Evaluation, source.EvaluateCount, source), .. fresh]
                : [.. Read(source.Path, source.Evaluate), .. Draw(source, known)];
        if (train.Count + evaluate.Count == 0)
        {
            throw new SweepException("tasks: there is no task; name some in tasks.train or tasks.evaluate, or ask for generated ones.");
        }

        Check(source, train, evaluate);
        var overlaps = evaluate.SelectMany(known.Overlaps).ToArray();
        if (overlaps.FirstOrDefault(overlap => IsRefused(source, overlap)) is { } twin)
        {
            var same =
                twin.Relation == TaskRelation.Same
                    ? "up to orientation, colours and the order of pairs"
                    : "with pairs taken out, added or moved, up to orientation and colours";
            var remedy = source.Kind == Generated ? "change tasks.seed" : "take one of them out";
            throw new SweepException(
                $"tasks: the evaluation task {twin.Task} is the training task {twin.Other} {same} ({Pairs(twin)} in common); {remedy}."
            );
        }

        return new TaskSets([.. train.Select(Document)], [.. evaluate.Select(Document)])
        {
            Retention = [.. Retention(source, [.. train, .. evaluate]).Select(task => Document(task) with { Groups = ArcTaskGroups.Of(task) })],
            Notes =
                fresh.Count > 0
                    ?
                    [
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"tasks: {fresh.Count} fresh tasks of the training families; none is one of the {train.Count} training tasks or a twin "
                                + $"of one, nor are two of them twins ({leftOut} drawn ones were left out for that)"
                        ),
                    ]
                    : [],
            Warnings =
            [
                .. Warning(
                    overlaps,
                    "an evaluation task shows a pair that a training task shows too, up to orientation and colours (the tasks differ otherwise)"
                ),
                .. Warning(Twins(train), "two training tasks are one, up to orientation and colours"),
                .. Warning(Twins(evaluate), "two evaluation tasks are one, up to orientation and colours, and count twice"),
            ],
        };

        TaskOverlap[] Twins(IReadOnlyList<ArcTask> tasks) => [.. new TaskIndex(tasks).Among().Where(overlap => IsRefused(source, overlap))];
    }

    private static TaskDocument Document(ArcTask task) => ArcTaskJson.ToDocument(task) with { Labels = TaskFamilies.LabelsOf(task.Id) };

    /// <summary>Tasks for the gate: none of them is one that is learned from or judged by.</summary>
    private static IReadOnlyList<ArcTask> Retention(TaskSource source, IReadOnlyList<ArcTask> others)
    {
        if (source.Kind == Generated)
        {
            return source.RetentionCount > 0 ? Apart(source, source.RetentionCount, "retention tasks", others).Tasks : [];
        }

        var tasks = Read(source.Path, source.Retention);
        if (tasks.Select(task => ArcTaskJson.Validate(task, needsTestOutputs: true)).FirstOrDefault(wrong => wrong is not null) is { } wrong)
        {
            throw new SweepException(wrong);
        }

        return tasks.SelectMany(new TaskIndex(others).Overlaps).FirstOrDefault(overlap => overlap.IsTwin) is { } twin
            ? throw new SweepException(
                $"tasks.retention: {twin.Task} is the task {twin.Other} of the sweep ({Pairs(twin)} in common); a gate must not ask what was learned "
                    + "or what judges; take it out."
            )
            : tasks;
    }

    /// <summary>Other tasks of the training families: from draws of their own, without those that are a known task in disguise or one of each
    /// other.</summary>
    private static (IReadOnlyList<ArcTask> Tasks, int LeftOut) Apart(TaskSource source, int count, string stream, IReadOnlyList<ArcTask> others)
    {
        var (known, leftOut) = (new TaskIndex(others), 0);
        var tasks = ArcTaskSource.Generate(Names(source.TrainFamilies, TaskFamilies.Training), count, source.Seed, source.MaxSide, stream, IsTaken);
        return (tasks, leftOut);

        bool IsTaken(ArcTask task)
        {
            var isTwin = known.Overlaps(task).Any(overlap => overlap.IsTwin);
            if (isTwin)
            {
                leftOut++;
            }
            else
            {
                known.Add(task);
            }

            return isTwin;
        }
    }

    private static IReadOnlyList<ArcTask> Generate(
        IReadOnlyList<string>? families,
        IReadOnlyList<ITaskGenerator> own,
        int count,
        TaskSource source
    ) => count == 0 ? [] : ArcTaskSource.Generate(Names(families, own), count, source.Seed, source.MaxSide);

    private static IReadOnlyList<string> Names(IReadOnlyList<string>? families, IReadOnlyList<ITaskGenerator> own) =>
        families ?? [.. own.Select(generator => generator.Family)];

    // To the reader an empty list means every task; in a sweep it means none.
    private static IReadOnlyList<ArcTask> Read(IReadOnlyList<string> paths, IReadOnlyList<string> ids) =>
        ids.Count == 0 ? [] : ArcReader.Read(paths, ids);

    /// <summary>
    /// Tasks of the paths, in an order that depends on their ids and the seed alone, so that more begin with the same ones; those that the sweep
    /// names, and twins of its training tasks, stay out.
    /// </summary>
    private static ArcTask[] Draw(TaskSource source, TaskIndex known)
    {
        if (source.EvaluateDraw == 0)
        {
            return [];
        }

        var named = source.Train.Concat(source.Evaluate).Concat(source.Retention).ToHashSet(StringComparer.Ordinal);
        var seed = new Seed((ulong)source.Seed).Derive("evaluation draw");
        ArcTask[] drawn =
        [
            .. ArcReader
                .Read(source.Path, [])
                .Where(task => !named.Contains(task.Id) && ArcTaskJson.Validate(task, needsTestOutputs: true) is null)
                .OrderBy(task => seed.Derive(task.Id).Value)
                .ThenBy(task => task.Id, StringComparer.Ordinal)
                .Where(task => !known.Overlaps(task).Any(overlap => overlap.IsTwin))
                .Take(source.EvaluateDraw),
        ];
        return drawn.Length == source.EvaluateDraw
            ? drawn
            : throw new SweepException(
                $"tasks.evaluate_draw: {source.EvaluateDraw} tasks were asked for, but tasks.path has only {drawn.Length} beside those that the "
                    + $"sweep names and twins of its training tasks; ask for fewer."
            );
    }

    private static void Check(TaskSource source, IReadOnlyList<ArcTask> train, IReadOnlyList<ArcTask> evaluate)
    {
        if (
            train.Concat(evaluate).Select(task => ArcTaskJson.Validate(task, needsTestOutputs: true)).FirstOrDefault(wrong => wrong is not null) is
            { } wrong
        )
        {
            throw new SweepException(wrong);
        }

        var shared = Names(source.TrainFamilies, TaskFamilies.Training)
            .Intersect(Names(source.EvaluateFamilies, TaskFamilies.Evaluation), StringComparer.Ordinal)
            .FirstOrDefault();
        if (source is { Kind: Generated, TrainCount: > 0, EvaluateCount: > 0 } && shared is not null)
        {
            throw new SweepException(
                $"tasks: the family '{shared}' is in train_families and in evaluate_families (left out, those are the families for training and for "
                    + $"evaluation); evaluation tasks must come from other families; tasks.fresh_count asks for fresh tasks of the training families."
            );
        }
    }

    /// <summary>
    /// Altered copies are looked for among tasks that somebody wrote. Generated ones come from other families on either side, so what they have in
    /// common is chance, and frequent where grids are tiny: only equal demonstrations count.
    /// </summary>
    private static bool IsRefused(TaskSource source, TaskOverlap overlap) =>
        source.Kind == Generated ? overlap.Relation == TaskRelation.Same : overlap.IsTwin;

    private static IEnumerable<string> Warning(TaskOverlap[] overlaps, string what)
    {
        if (overlaps.Length > 0)
        {
            var named = string.Join("; ", overlaps.Take(MostNamed).Select(one => $"{one.Task} and {one.Other} ({Pairs(one)})"));
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"tasks: {what}; {overlaps.Length} found: {named}{(overlaps.Length > MostNamed ? "; …" : "")}"
            );
        }
    }

    private static string Pairs(TaskOverlap overlap) =>
        string.Create(CultureInfo.InvariantCulture, $"{overlap.Pairs} pair{(overlap.Pairs == 1 ? "" : "s")}");
}
