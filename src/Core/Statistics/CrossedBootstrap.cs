using Seal.Core.Randomness;

namespace Seal.Core.Statistics;

/// <summary>
/// Paired bootstrap over two crossed factors (the pigeonhole bootstrap of Owen 2007): outer seeds and tasks are drawn with replacement,
/// each once for the whole resample and for all arms, because the same tasks recur under every seed; self-edits are then drawn within
/// each drawn seed and task, for each arm by itself. Percentile intervals. It errs on the wide side where there are many seeds and tasks;
/// with one seed it cannot see the spread between seeds at all.
/// </summary>
public static class CrossedBootstrap
{
    public const int Resamples = 10_000;

    /// <summary>Mean of <paramref name="arm"/> minus mean of <paramref name="baseline"/>.</summary>
    /// <exception cref="ArgumentException">The two do not have the same seeds and tasks.</exception>
    public static Difference Difference(ScoreTable arm, ScoreTable baseline, Seed seed, int resamples = Resamples, double confidence = 0.95)
    {
        var estimate = Estimate([arm, baseline], means => means[0] - means[1], seed, resamples, confidence);
        return new Difference(estimate.Value, estimate.Interval, [.. arm.PerSeed().Zip(baseline.PerSeed(), (a, b) => a - b)], arm.Tasks.Count);
    }

    /// <summary>Any statistic of several arms' means, e.g. (SEAL − random) / (oracle − random).</summary>
    /// <param name="arms">Tables over the same seeds and tasks.</param>
    /// <param name="statistic">From the arms' means, in their order; NaN where it is not defined.</param>
    /// <param name="seed">Gives the resamples.</param>
    /// <param name="resamples">How many.</param>
    /// <param name="confidence">E.g. 0.95.</param>
    /// <exception cref="ArgumentException">The arms do not have the same seeds and tasks.</exception>
    public static Estimate Estimate(
        IReadOnlyList<ScoreTable> arms,
        Func<double[], double> statistic,
        Seed seed,
        int resamples = Resamples,
        double confidence = 0.95
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(resamples);
        if (arms.Count == 0 || arms.Any(arm => !arm.PairsWith(arms[0])))
        {
            throw new ArgumentException("Arms can be compared only over the same seeds and tasks.");
        }

        var random = new CounterRandom(seed.Derive("crossed-bootstrap"));
        var drawn = new double[resamples];
        for (var i = 0; i < resamples; i++)
        {
            drawn[i] = statistic(Resample(arms, random));
        }

        double[] defined = [.. drawn.Where(double.IsFinite).Order()];
        var tail = (1 - confidence) / 2;
        var interval =
            defined.Length == 0 ? new Interval(double.NaN, double.NaN) : new Interval(Quantile(defined, tail), Quantile(defined, 1 - tail));
        return new Estimate(statistic([.. arms.Select(arm => arm.Mean)]), interval, resamples - defined.Length);
    }

    /// <summary>Means of the arms over one resample.</summary>
    private static double[] Resample(IReadOnlyList<ScoreTable> arms, CounterRandom random)
    {
        int seeds = arms[0].Seeds.Count,
            tasks = arms[0].Tasks.Count;
        var drawnSeeds = Draw(seeds, random);
        var drawnTasks = Draw(tasks, random);
        var sums = new double[arms.Count];
        foreach (var seed in drawnSeeds)
        {
            foreach (var task in drawnTasks)
            {
                for (var arm = 0; arm < sums.Length; arm++)
                {
                    sums[arm] += MeanOfDraws(arms[arm][seed, task], random);
                }
            }
        }

        return [.. sums.Select(sum => sum / (seeds * tasks))];
    }

    private static double MeanOfDraws(ReadOnlySpan<double> edits, CounterRandom random)
    {
        if (edits.Length == 1)
        {
            return edits[0];
        }

        var sum = 0.0;
        for (var i = 0; i < edits.Length; i++)
        {
            sum += edits[random.NextInt(edits.Length)];
        }

        return sum / edits.Length;
    }

    private static int[] Draw(int count, CounterRandom random)
    {
        var drawn = new int[count];
        for (var i = 0; i < count; i++)
        {
            drawn[i] = random.NextInt(count);
        }

        return drawn;
    }

    /// <summary>Linear interpolation between order statistics (type 7 of Hyndman &amp; Fan 1996).</summary>
    private static double Quantile(double[] sorted, double p)
    {
        var place = p * (sorted.Length - 1);
        var below = (int)Math.Floor(place);
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}

/// <summary>A statistic with its interval.</summary>
/// <param name="Undefined">Resamples for which the statistic was not defined; they are left out of the interval.</param>
public sealed record Estimate(double Value, Interval Interval, int Undefined);

/// <summary>A paired difference with its interval, and as it was under each outer seed (ascending).</summary>
/// <param name="Tasks">How many tasks it was drawn over.</param>
public sealed record Difference(double Value, Interval Interval, IReadOnlyList<double> PerSeed, int Tasks)
{
    /// <summary>With fewer, redrawing tasks shows next to nothing of their spread.</summary>
    public const int LeastTasks = 5;

    /// <summary>The same the other way round.</summary>
    public Difference Reversed => new(-Value, new Interval(-Interval.High, -Interval.Low), [.. PerSeed.Select(difference => -difference)], Tasks);

    /// <summary>Whether the interval leaves zero out; null where there are too few tasks to tell.</summary>
    public bool? ExcludesZero => Tasks < LeastTasks ? null : Interval.Low > 0 || Interval.High < 0;
}
