namespace Seal.Core.Statistics;

/// <summary>A closed interval.</summary>
public readonly record struct Interval(double Low, double High)
{
    public double Width => High - Low;

    public bool Contains(double value) => value >= Low && value <= High;
}

/// <summary>Mean and spread of a few numbers.</summary>
public static class Moments
{
    /// <exception cref="ArgumentException">There are no values.</exception>
    public static double Mean(params ReadOnlySpan<double> values)
    {
        if (values.IsEmpty)
        {
            throw new ArgumentException("The mean of no values is not defined.");
        }

        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }

    /// <summary>Sample standard deviation (n − 1); null with fewer than two values, from which no spread can be told.</summary>
    public static double? StandardDeviation(params ReadOnlySpan<double> values)
    {
        if (values.Length < 2)
        {
            return null;
        }

        var mean = Mean(values);
        var squares = 0.0;
        foreach (var value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        return Math.Sqrt(squares / (values.Length - 1));
    }
}
