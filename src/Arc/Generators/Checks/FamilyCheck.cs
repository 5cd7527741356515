using System.Globalization;
using Seal.Arc.Tasks;
using Seal.Arc.TaskSources;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators.Checks;

/// <summary>A family that has a rule for a task.</summary>
/// <param name="Family">Name.</param>
/// <param name="Use">What its tasks are for (<see cref="TaskFamilies.UseOf"/>).</param>
/// <param name="Rule">The rule that reproduces all pairs.</param>
public sealed record InFamily(string Family, string Use, string Rule);

/// <summary>A generated task that is another one, up to orientation, colours and the order of pairs.</summary>
/// <param name="Generated">Family and number.</param>
/// <param name="Twin">The other one's id.</param>
/// <param name="Relation">What they are to each other.</param>
/// <param name="Pairs">Different pairs in common.</param>
public sealed record GeneratedTwin(string Generated, string Twin, TaskRelation Relation, int Pairs);

/// <summary>A task that shows a pair which generated tasks show too.</summary>
/// <param name="Task">Its id.</param>
/// <param name="Generated">How many of them.</param>
/// <param name="Example">The first of them.</param>
public sealed record SharedPair(string Task, long Generated, string Example);

/// <summary>What generated tasks have in common with others.</summary>
/// <param name="Twins">Those that are one of the others.</param>
/// <param name="Shared">The others that show a pair in common with generated tasks, and are not the same; in the order in which they were
/// met.</param>
public sealed record GeneratedComparison(IReadOnlyList<GeneratedTwin> Twins, IReadOnlyList<SharedPair> Shared);

/// <summary>Is a task one that a model has practised? By what it asks (a family's rule explains it), and by what it shows (a generated task equals
/// it).</summary>
public static class FamilyCheck
{
    /// <summary>Every family one of whose rules reproduces all pairs of a task, those with a known output; empty where there is none: out of
    /// family.</summary>
    public static IReadOnlyList<InFamily> Families(ArcTask task) =>
        [
            .. from family in TaskFamilies.All
            let rule = FamilyRules.Explain(family, task)
            where rule is not null
            select new InFamily(family.Family, TaskFamilies.UseOf(family), rule),
        ];

    /// <summary>Looks for tasks among the first so many generated ones.</summary>
    /// <param name="given">Tasks that somebody wrote: copies that were altered count as twins of them.</param>
    /// <param name="judged">Generated tasks that models are judged by: they come from other families, so only equal demonstrations are more than
    /// chance.</param>
    /// <param name="generated">The n-th generated task.</param>
    /// <param name="count">How many to generate.</param>
    /// <param name="progress">Told every ten thousand tasks.</param>
    public static GeneratedComparison Compare(
        IReadOnlyList<ArcTask> given,
        IReadOnlyList<ArcTask> judged,
        Func<long, ArcTask> generated,
        long count,
        Action<long>? progress,
        CancellationToken cancellation
    )
    {
        (TaskIndex Index, TaskRelation Least)[] known = [(new TaskIndex(given), TaskRelation.Altered), (new TaskIndex(judged), TaskRelation.Same)];
        var twins = new List<GeneratedTwin>();
        var shared = new OrderedDictionary<string, SharedPair>(StringComparer.Ordinal);
        for (long i = 0; i < count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var task = generated(i);
            foreach (var (index, least) in known)
            {
                foreach (var overlap in index.Overlaps(task))
                {
                    var name = string.Create(CultureInfo.InvariantCulture, $"{task.Id} number {i}");
                    if (overlap.Relation >= least)
                    {
                        twins.Add(new GeneratedTwin(name, overlap.Other, overlap.Relation, overlap.Pairs));
                    }
                    else
                    {
                        var before = shared.GetValueOrDefault(overlap.Other, new SharedPair(overlap.Other, 0, name));
                        shared[overlap.Other] = before with { Generated = before.Generated + 1 };
                    }
                }
            }

            if ((i + 1) % 10_000 == 0)
            {
                progress?.Invoke(i + 1);
            }
        }

        return new GeneratedComparison(twins, [.. shared.Values]);
    }

    /// <summary>Tasks as a policy learns on them: the families by turns, sides by chance.</summary>
    /// <param name="seed">Seed of the tasks.</param>
    /// <param name="maxSide">Longest side.</param>
    public static Func<long, ArcTask> PolicyTasks(Seed seed, int maxSide) =>
        index =>
        {
            var family = TaskFamilies.Policy[(int)(index % TaskFamilies.Policy.Count)];
            return family.Generate(
                new CounterRandom(seed.Derive("policy tasks", index.ToString(CultureInfo.InvariantCulture))),
                new GeneratorLimits(Math.Max(family.LeastSide, maxSide))
            );
        };
}
