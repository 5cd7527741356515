namespace Seal.Bench;

/// <summary>Repeated measurements of one rate.</summary>
internal sealed class Series
{
    private readonly List<double> _values = [];

    public double Least => _values.Min();

    public double Most => _values.Max();

    public double Median
    {
        get
        {
            var sorted = _values.Order().ToArray();
            return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        }
    }

    public void Add(double value) => _values.Add(value);
}
