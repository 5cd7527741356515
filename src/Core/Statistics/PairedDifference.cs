namespace Seal.Core.Statistics;

/// <summary>
/// The mean difference of two measurements of the same cases, each in [−1, 1], with an interval that is not empty where no case differs: two
/// pseudo-cases are added to each side, half for and half against, as Agresti and Min (2005) do for matched pairs.
/// </summary>
public static class PairedDifference
{
    /// <param name="differences">One for each case; at least one.</param>
    /// <param name="z">Normal quantile of the confidence level.</param>
    /// <returns>The mean as it is, and the interval around the shrunken one.</returns>
    /// <exception cref="ArgumentException">There are no cases.</exception>
    public static (double Mean, Interval Interval) Of(IReadOnlyCollection<double> differences, double z = Wilson.Z95)
    {
        if (differences.Count == 0)
        {
            throw new ArgumentException("The mean of no differences is not defined.", nameof(differences));
        }

        var (sum, squares) = (0.0, 0.0);
        foreach (var difference in differences)
        {
            sum += difference;
            squares += difference * difference;
        }

        // Half a case in each of the four cells of the two by two table: one of them differs by +1, one by −1, two not at all.
        double n = differences.Count + 2;
        var mean = sum / n;
        var half = z * Math.Sqrt(Math.Max(0, ((squares + 1) / n) - (mean * mean)) / n);
        return (sum / differences.Count, new Interval(mean - half, mean + half));
    }
}
