using System.Globalization;

namespace Seal.Client.BaseModels;

/// <summary>Amounts of memory in words.</summary>
internal static class Bytes
{
    public static string Text(long bytes) => bytes >= 10L << 30 ? Of(bytes, 30, "0", "GB")
        : bytes >= 1L << 30 ? Of(bytes, 30, "0.0", "GB")
        : Of(Math.Max(bytes, 1 << 20), 20, "0", "MB");

    /// <summary>Memory of the machine, or of the container that the process runs in.</summary>
    public static long OfTheProcessor => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Reads <c>24</c>, <c>24GB</c>, <c>800 MB</c>; null for anything else.</summary>
    public static long? Parse(string text)
    {
        var (digits, unit) = text.Trim().ToUpperInvariant() switch
        {
            [.. var number, 'M', 'B'] => (number, 1L << 20),
            [.. var number, 'G', 'B'] => (number, 1L << 30),
            [.. var number, 'G'] => (number, 1L << 30),
            var number => (number, 1L << 30),
        };
        return double.TryParse(digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var value) && value is > 0 and < 1e6
            ? (long)(value * unit)
            : null;
    }

    private static string Of(long bytes, int shift, string format, string unit) => (bytes / (double)(1L << shift)).ToString(format, CultureInfo.InvariantCulture) + " " + unit;
}
