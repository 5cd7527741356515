using System.Text;

namespace Seal.Models.Tokenizers.BytePairs;

/// <summary>Unicode's composed form, which Qwen's vocabularies ask for.</summary>
internal static class CanonicalComposition
{
    /// <summary>Nothing below U+0300 changes, so plain Western text costs one look.</summary>
    private const char FirstThatMayChange = '\u0300';

    /// <summary>NFC; a text with half a surrogate pair, which has no form, as it is.</summary>
    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange(FirstThatMayChange, '\uFFFF'))
        {
            return text;
        }

        try
        {
            return text.Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            return text;
        }
    }
}
