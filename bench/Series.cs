namespace Seal.Bench;

/// <summary>Repeated measurements of one rate.</summary>
internal sealed class Series
{
    private readonly List<double> _values = [];

    public double Least => _values.Min();

    public double Most => _values.Max();

    public double Last => _values[^1];

    public double Median => MedianOf(_values);

    public void Add(double value) => _values.Add(value);

    /// <summary>Median of the quotients of measurements that were made one after the other: a machine that slows down slows both.</summary>
    public double MedianQuotient(Series other) => MedianOf(_values.Zip(other._values, (mine, theirs) => mine / theirs));

    private static double MedianOf(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
