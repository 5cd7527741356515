using System.Globalization;
using System.Text;

namespace Seal.Core.Files;

/// <summary>Short texts that repositories of models and data hold in the place of files that were not fetched.</summary>
public static class StandIn
{
    /// <summary>Longer files stand for themselves.</summary>
    public const int Longest = 1024;

    /// <summary>The header that git-lfs writes, and the one of its first versions.</summary>
    private static readonly string[] LfsHeads = ["version https://git-lfs.github.com/spec/", "version https://hawser.github.com/spec/"];

    /// <summary>What the content is and how to fetch the file itself, as a sentence without its subject; null if it stands for itself.</summary>
    /// <param name="bytes">The file, or more of its start than such a text has.</param>
    public static string? Of(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Longest)
        {
            return null;
        }

        var text = Encoding.Latin1.GetString(bytes);
        if (Array.Exists(LfsHeads, head => text.StartsWith(head, StringComparison.Ordinal)))
        {
            var size = text.Split('\n').FirstOrDefault(line => line.StartsWith("size ", StringComparison.Ordinal))?[5..];
            var shown = long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                ? string.Create(CultureInfo.InvariantCulture, $", which has {length} bytes")
                : "";
            return $"is a Git LFS pointer in the place of the file itself{shown}. Run `git lfs pull` in its folder, then try again.";
        }

        return text.StartsWith("/annex/objects/", StringComparison.Ordinal)
            ? "is a git-annex pointer in the place of the file itself. Run `git annex get` in its folder, then try again."
            : null;
    }
}
