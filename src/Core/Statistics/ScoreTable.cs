namespace Seal.Core.Statistics;

/// <summary>One self-edit's score.</summary>
public readonly record struct Score(long Seed, string Task, double Value);

/// <summary>Scores of one arm by outer seed and task: every task under every seed, with one or more self-edits each.</summary>
public sealed class ScoreTable
{
    private readonly double[][][] _values;

    private ScoreTable(IReadOnlyList<long> seeds, IReadOnlyList<string> tasks, double[][][] values)
    {
        Seeds = seeds;
        Tasks = tasks;
        _values = values;
    }

    /// <summary>Ascending.</summary>
    public IReadOnlyList<long> Seeds { get; }

    /// <summary>In ordinal order.</summary>
    public IReadOnlyList<string> Tasks { get; }

    /// <summary>Scores of a seed's and a task's self-edits, by index into <see cref="Seeds"/> and <see cref="Tasks"/>.</summary>
    public ReadOnlySpan<double> this[int seed, int task] => _values[seed][task];

    /// <summary>Mean over seeds and tasks of the mean over self-edits: every task counts the same, however many edits it has.</summary>
    public double Mean => Moments.Mean(PerSeed());

    /// <summary>The mean under each seed.</summary>
    public double[] PerSeed() => [.. _values.Select(tasks => Moments.Mean([.. tasks.Select(edits => Moments.Mean(edits))]))];

    /// <summary>Gathers scores. Their order matters only within a seed and task, where it is kept.</summary>
    /// <exception cref="ArgumentException">There are none, one is not finite, or a task lacks a score under a seed.</exception>
    public static ScoreTable Of(IEnumerable<Score> scores)
    {
        var all = scores.ToArray();
        if (all.Length == 0)
        {
            throw new ArgumentException("There are no scores to compare.");
        }

        long[] seeds = [.. all.Select(score => score.Seed).Distinct().Order()];
        string[] tasks = [.. all.Select(score => score.Task).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var cells = all.ToLookup(score => (score.Seed, score.Task), score => score.Value);
        return new ScoreTable(seeds, tasks, [.. seeds.Select(seed => tasks.Select(task => Cell(seed, task)).ToArray())]);

        double[] Cell(long seed, string task)
        {
            double[] values = [.. cells[(seed, task)]];
            return values.Length > 0 && values.All(double.IsFinite)
                ? values
                : throw new ArgumentException(
                    $"Task {task} has no finite score under seed {seed}; paired comparison needs every task under every seed."
                );
        }
    }

    /// <summary>This table and others over the seeds that all of them have; empty where there is none, or their tasks differ.</summary>
    public IReadOnlyList<ScoreTable> Common(params IReadOnlyList<ScoreTable> others)
    {
        var seeds = others.Aggregate(Seeds, (shared, other) => [.. shared.Intersect(other.Seeds)]);
        return seeds.Count == 0 || others.Any(other => !Tasks.SequenceEqual(other.Tasks, StringComparer.Ordinal))
            ? []
            : [.. others.Prepend(this).Select(table => table.Under(seeds))];
    }

    /// <summary>Whether rows of the two tables can be paired.</summary>
    public bool PairsWith(ScoreTable other) => Seeds.SequenceEqual(other.Seeds) && Tasks.SequenceEqual(other.Tasks, StringComparer.Ordinal);

    /// <summary>Whether every self-edit of the two tables scored the same, as it does where both rows are the same trials.</summary>
    public bool HasScoresOf(ScoreTable other) =>
        PairsWith(other)
        && Enumerable
            .Range(0, Seeds.Count)
            .All(seed => Enumerable.Range(0, Tasks.Count).All(task => this[seed, task].SequenceEqual(other[seed, task])));

    private ScoreTable Under(IReadOnlyList<long> seeds) =>
        seeds.Count == Seeds.Count
            ? this
            : new ScoreTable(seeds, Tasks, [.. Enumerable.Range(0, Seeds.Count).Where(i => seeds.Contains(Seeds[i])).Select(i => _values[i])]);
}
