using System.Buffers;
using System.Security.Cryptography;

namespace Seal.Core.Artifacts;

/// <summary>Names in the store.</summary>
public static class ArtifactKey
{
    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>Longest segment: the key of the longest task id (126) and what may stand behind it. Below the 255 bytes of file systems, with the
    /// ending of a temporary file.</summary>
    public const int LongestSegment = 160;

    /// <summary>Where content-addressed bytes are kept: <c>blobs/ab/abcd…</c>.</summary>
    public static string Blob(string sha256) => $"blobs/{sha256[..2]}/{sha256}";

    public static string Sha256(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Refuses keys that could leave the store or differ between file systems.</summary>
    /// <exception cref="ArgumentException">Names the offending key.</exception>
    public static void Check(string key)
    {
        if (!IsGood(key))
        {
            throw new ArgumentException($"'{key}' is no artifact key: segments of a-z 0-9 . _ - that start with a letter or digit, joined by '/'.");
        }
    }

    /// <summary>Whether a key stays in the store and is the same on every file system.</summary>
    public static bool IsGood(string key)
    {
        var good = key.Length is > 0 and <= 512;
        foreach (var segment in key.Split('/'))
        {
            good &=
                segment.Length is > 0 and <= LongestSegment && char.IsAsciiLetterOrDigit(segment[0]) && !segment.AsSpan().ContainsAnyExcept(Allowed);
        }

        return good;
    }
}
