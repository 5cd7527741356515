namespace Seal.Core.Results;

/// <summary>Words of people inside Markdown.</summary>
public static class Markdown
{
    /// <summary>Text that is read as it was written: no tags, and one line.</summary>
    public static string Prose(string text) =>
        text.ReplaceLineEndings(" ")
            .Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);
}
