using Seal.Arc.Tasks;
using Seal.Arc.TaskSources;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators.Checks;

/// <summary>A family that has a rule for a task.</summary>
/// <param name="Family">Name.</param>
/// <param name="Use">What its tasks are for (<see cref="TaskFamilies.UseOf"/>).</param>
/// <param name="Rule">The rule that reproduces all pairs.</param>
public sealed record InFamily(string Family, string Use, string Rule);

/// <summary>A generated task that is another one, up to orientation and colours.</summary>
public sealed record GeneratedTwin(string Generated, string Twin);

/// <summary>Is a task one that a model has practised? By what it asks (a family's rule explains it), and by what it shows (a generated task equals it).</summary>
public static class FamilyCheck
{
    /// <summary>Every family one of whose rules reproduces all pairs of a task, those with a known output; empty where there is none: out of family.</summary>
    public static IReadOnlyList<InFamily> Families(ArcTask task) =>
    [
        .. from family in TaskFamilies.All
           let rule = FamilyRules.Explain(family, task)
           where rule is not null
           select new InFamily(family.Family, TaskFamilies.UseOf(family), rule),
    ];

    /// <summary>Looks for tasks among the first so many generated ones.</summary>
    /// <param name="known">Tasks that must not be generated.</param>
    /// <param name="generated">The n-th generated task.</param>
    /// <param name="count">How many to generate.</param>
    /// <param name="progress">Told every ten thousand tasks.</param>
    public static IReadOnlyList<GeneratedTwin> Twins(
        IEnumerable<ArcTask> known, Func<long, ArcTask> generated, long count, Action<long>? progress, CancellationToken cancellation)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var task in known)
        {
            names.TryAdd(TaskFingerprint.Of(task), task.Id);
        }

        var twins = new List<GeneratedTwin>();
        for (long i = 0; i < count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var task = generated(i);
            if (names.TryGetValue(TaskFingerprint.Of(task), out var twin))
            {
                twins.Add(new GeneratedTwin($"{task.Id} number {i}", twin));
            }

            if ((i + 1) % 10_000 == 0)
            {
                progress?.Invoke(i + 1);
            }
        }

        return twins;
    }

    /// <summary>Tasks as a policy learns on them: the families by turns, sides by chance.</summary>
    /// <param name="seed">Seed of the tasks.</param>
    /// <param name="maxSide">Longest side.</param>
    public static Func<long, ArcTask> PolicyTasks(Seed seed, int maxSide) => index =>
    {
        var family = TaskFamilies.Policy[(int)(index % TaskFamilies.Policy.Count)];
        return family.Generate(new CounterRandom(seed.Derive("policy tasks", index.ToString(System.Globalization.CultureInfo.InvariantCulture))), new GeneratorLimits(Math.Max(family.LeastSide, maxSide)));
    };
}
