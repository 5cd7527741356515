using System.Text;

namespace Seal.EndToEnd.Support;

/// <summary>Splits a command line as a shell does, as far as single quotes go.</summary>
internal static class ShellWords
{
    public static IReadOnlyList<string> Split(string line)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        var quoted = false;
        for (var at = 0; at < line.Length; at++)
        {
            var c = line[at];
            if (c == '\'')
            {
                (quoted, word) = (!quoted, word ?? new StringBuilder());
            }
            else if (c == '\\' && !quoted)
            {
                (word ??= new StringBuilder()).Append(line[++at]);
            }
            else if (c == ' ' && !quoted)
            {
                words.AddRange(word is null ? [] : [word.ToString()]);
                word = null;
            }
            else
            {
                (word ??= new StringBuilder()).Append(c);
            }
        }

        words.AddRange(word is null ? [] : [word.ToString()]);
        return words;
    }
}
