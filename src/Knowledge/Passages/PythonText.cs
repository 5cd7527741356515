using System.Text;

namespace Seal.Knowledge.Passages;

/// <summary>Text as Python 3's <c>str</c> treats it: the released rules are written in it, and .NET differs for a few characters.</summary>
internal static class PythonText
{
    /// <summary><c>str.isspace</c>: .NET's white space and the four separators U+001C to U+001F.</summary>
    public static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001c' and <= '\u001f';

    /// <summary><c>str.strip()</c>.</summary>
    public static string Strip(string text)
    {
        var (start, end) = (0, text.Length);
        while (start < end && IsSpace(text[start]))
        {
            start++;
        }

        while (end > start && IsSpace(text[end - 1]))
        {
            end--;
        }

        return text[start..end];
    }

    /// <summary><c>str.splitlines()</c>: it also cuts at U+000B, U+000C, U+001C to U+001E, U+0085, U+2028 and U+2029.</summary>
    public static IEnumerable<string> SplitLines(string text)
    {
        for (var start = 0; start < text.Length; )
        {
            var end = start;
            while (end < text.Length && !IsLineEnd(text[end]))
            {
                end++;
            }

            yield return text[start..end];
            start = end + (end + 1 < text.Length && text[end] == '\r' && text[end + 1] == '\n' ? 2 : 1);
        }
    }

    /// <summary><c>" ".join(text.split())</c>.</summary>
    public static string Joined(string text)
    {
        var joined = new StringBuilder();
        foreach (var c in text)
        {
            if (!IsSpace(c))
            {
                joined.Append(c);
            }
            else if (joined.Length > 0 && joined[^1] != ' ')
            {
                joined.Append(' ');
            }
        }

        return joined.ToString().TrimEnd(' ');
    }

    private static bool IsLineEnd(char c) =>
        c is '\n' or '\r' or '\u000b' or '\u000c' or (>= '\u001c' and <= '\u001e') or '\u0085' or '\u2028' or '\u2029';
}
