using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Seal.Knowledge.Passages;

/// <summary>An answer graded without a model. None of the four is what a person or a judge would say; docs/knowledge.md measures how far off each
/// is.</summary>
/// <param name="Exact">The same text, white space at its ends aside.</param>
/// <param name="Normalised">The same after SQuAD's normalisation: small letters, no punctuation, no articles.</param>
/// <param name="F1">Harmonic mean of precision and recall over the normalised words, 0..1 (SQuAD's).</param>
/// <param name="Contains">The normalised right answer stands in the normalised answer as whole words.</param>
public sealed partial record AnswerGrade(bool Exact, bool Normalised, double F1, bool Contains)
{
    /// <param name="gold">The right answer.</param>
    /// <param name="answer">What was answered. An empty one is wrong.</param>
    public static AnswerGrade Of(string gold, string answer)
    {
        var (right, given) = (Normalise(gold), Normalise(answer));
        if (PythonText.Strip(answer).Length == 0)
        {
            return new AnswerGrade(false, false, 0, false);
        }

        return new AnswerGrade(
            PythonText.Strip(gold) == PythonText.Strip(answer),
            right == given,
            WordF1(right, given),
            right.Length > 0 ? $" {given} ".Contains($" {right} ", StringComparison.Ordinal) : right == given
        );
    }

    /// <summary>SQuAD's normalisation (Rajpurkar et al. 2016): small letters, ASCII punctuation and articles left out, one blank between
    /// words.</summary>
    public static string Normalise(string text)
    {
        var letters = new StringBuilder(text.Length);
        foreach (var c in text.ToLower(CultureInfo.InvariantCulture))
        {
            if (!IsPunctuation(c))
            {
                letters.Append(c);
            }
        }

        return PythonText.Joined(Articles().Replace(letters.ToString(), " "));
    }

    private static double WordF1(string right, string given)
    {
        var (gold, said) = (right.Split(' ', StringSplitOptions.RemoveEmptyEntries), given.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        if (gold.Length == 0 || said.Length == 0)
        {
            return gold.Length == said.Length ? 1 : 0;
        }

        var left = gold.GroupBy(word => word, StringComparer.Ordinal).ToDictionary(word => word.Key, word => word.Count(), StringComparer.Ordinal);
        var shared = 0;
        foreach (var word in said)
        {
            if (left.TryGetValue(word, out var count) && count > 0)
            {
                left[word] = count - 1;
                shared++;
            }
        }

        var (precision, recall) = (shared / (double)said.Length, shared / (double)gold.Length);
        return shared == 0 ? 0 : 2 * precision * recall / (precision + recall);
    }

    [GeneratedRegex(@"\b(a|an|the)\b", RegexOptions.CultureInvariant)]
    private static partial Regex Articles();

    /// <summary>Python's <c>string.punctuation</c>.</summary>
    private static bool IsPunctuation(char c) => c is (>= '!' and <= '/') or (>= ':' and <= '@') or (>= '[' and <= '`') or (>= '{' and <= '~');
}
