using System.Globalization;

namespace Seal.Arc.SelfEdits;

/// <summary>Positive numbers in their shortest digits that read back as the same number, without an exponent: <c>0.0003</c>, never
/// <c>3E-04</c>.</summary>
internal static class DecimalText
{
    public static string Write(double value)
    {
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        if (!shortest.Contains('E', StringComparison.Ordinal))
        {
            return shortest;
        }

        var mark = shortest.IndexOf('E', StringComparison.Ordinal);
        var exponent = int.Parse(shortest.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var digits = shortest[..mark].Replace(".", "", StringComparison.Ordinal);
        return exponent < 0 ? "0." + new string('0', -exponent - 1) + digits : digits.PadRight(exponent + 1, '0');
    }
}
