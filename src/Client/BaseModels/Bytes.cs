using System.Globalization;

namespace Seal.Client.BaseModels;

/// <summary>Amounts of memory in words.</summary>
internal static class Bytes
{
    public static string Text(long bytes) =>
        bytes >= 10L << 30 ? Of(bytes, 30, "0", "GB")
        : bytes >= 1L << 30 ? Of(bytes, 30, "0.0", "GB")
        : Of(Math.Max(bytes, 1 << 20), 20, "0", "MB");

    /// <summary>Memory of the machine, or of the container that the process runs in.</summary>
    public static long OfTheProcessor =>
        OperatingSystem.IsLinux()
            ? Math.Min(Number("/proc/meminfo", "MemTotal:", 1024), Number("/sys/fs/cgroup/memory.max", "", 1))
            : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

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
        return
            double.TryParse(digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var value)
            && value is > 0 and < 1e6
            ? (long)(value * unit)
            : null;
    }

    /// <summary>The number behind a word in a file of the system; as good as endless where there is none.</summary>
    private static long Number(string file, string word, long unit)
    {
        if (!File.Exists(file))
        {
            return long.MaxValue;
        }

        var line = File.ReadLines(file).FirstOrDefault(line => line.StartsWith(word, StringComparison.Ordinal)) ?? "";
        var digits = line[Math.Min(word.Length, line.Length)..].Replace("kB", "", StringComparison.Ordinal).Trim();
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value * unit : long.MaxValue;
    }

    private static string Of(long bytes, int shift, string format, string unit) =>
        (bytes / (double)(1L << shift)).ToString(format, CultureInfo.InvariantCulture) + " " + unit;
}
