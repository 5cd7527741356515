namespace Seal.Core.Statistics;

/// <summary>
/// The score interval of one proportion (Wilson 1927). Takes trials as independent; self-edits of one task are not, so for several per
/// task it is too narrow: use <see cref="CrossedBootstrap"/> where that matters.
/// </summary>
public static class Wilson
{
    /// <summary>0.975 quantile of the standard normal distribution: 95 % intervals.</summary>
    public const double Z95 = 1.959963984540054;

    /// <param name="successes">0..<paramref name="trials"/>.</param>
    /// <param name="trials">Number of trials; with none the interval is [0, 1].</param>
    /// <param name="z">Normal quantile of the confidence level.</param>
    public static Interval Interval(int successes, int trials, double z = Z95)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);
        if (trials == 0)
        {
            return new Interval(0, 1);
        }

        return Interval((double)successes / trials, trials, z);
    }

    /// <summary>The same of a share that was counted over copies of trials: as wide as so many trials allow, however often each was
    /// counted.</summary>
    /// <param name="share">0..1.</param>
    /// <param name="trials">Trials, each counted once; with none the interval is [0, 1].</param>
    /// <param name="z">Normal quantile of the confidence level.</param>
    public static Interval Interval(double share, int trials, double z = Z95)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        if (trials == 0)
        {
            return new Interval(0, 1);
        }

        double n = trials,
            p = share,
            z2 = z * z;
        var centre = (p + (z2 / (2 * n))) / (1 + (z2 / n));
        var half = z / (1 + (z2 / n)) * Math.Sqrt((p * (1 - p) / n) + (z2 / (4 * n * n)));

        // Exact at the ends, where centre and half cancel up to rounding.
        return new Interval(p == 0 ? 0 : centre - half, p == 1 ? 1 : centre + half);
    }
}
