using System.Globalization;
using System.Text.RegularExpressions;

namespace Seal.Models.Tokenizers.BytePairs;

/// <summary>
/// Cuts a text into the pieces inside which bytes are merged, by the vocabulary's own pattern. Patterns are written for engines that see code
/// points; .NET's sees UTF-16 units, half a letter at a time beyond U+FFFF. So the pattern is matched on a shadow of the text in which a
/// character of the same category stands for each of these.
/// </summary>
internal sealed class TextSplitter(Regex pattern)
{
    /// <summary>Calls <paramref name="piece"/> for every match, and for every stretch between matches, in order.</summary>
    /// <exception cref="FormatException">The pattern does not come to an end on this text.</exception>
    public void Split(ReadOnlySpan<char> text, PieceAction piece)
    {
        var (shadow, starts) = Shadow(text);
        var done = 0;
        try
        {
            foreach (var match in pattern.EnumerateMatches(shadow))
            {
                if (match.Length == 0)
                {
                    continue;
                }

                if (match.Index > done)
                {
                    piece(text[At(done)..At(match.Index)]);
                }

                done = match.Index + match.Length;
                piece(text[At(match.Index)..At(done)]);
            }
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new FormatException(
                $"The vocabulary's pattern took over {pattern.MatchTimeout.TotalSeconds} seconds on a text of {text.Length} characters.",
                e
            );
        }

        if (done < shadow.Length)
        {
            piece(text[At(done)..]);
        }

        int At(int index) => starts is null ? index : starts[index];
    }

    public delegate void PieceAction(ReadOnlySpan<char> piece);

    /// <summary>The shadow, and where each of its characters begins in the text; null where text and shadow are the same.</summary>
    private static (string Shadow, int[]? Starts) Shadow(ReadOnlySpan<char> text)
    {
        if (text.IndexOfAnyInRange('\uD800', '\uDFFF') < 0)
        {
            return (text.ToString(), null);
        }

        var shadow = new char[text.Length];
        var starts = new int[text.Length + 1];
        var count = 0;
        for (var i = 0; i < text.Length; count++)
        {
            starts[count] = i;
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                shadow[count] = StandIn(CharUnicodeInfo.GetUnicodeCategory(char.ConvertToUtf32(text[i], text[i + 1])));
                i += 2;
            }
            else
            {
                // Half a pair is encoded as U+FFFD, so it is matched as that.
                shadow[count] = char.IsSurrogate(text[i]) ? '\uFFFD' : text[i];
                i++;
            }
        }

        starts[count] = text.Length;
        return (new string(shadow, 0, count), starts);
    }

    // Characters that no pattern names, one of each category.
    private static char StandIn(UnicodeCategory category) =>
        category switch
        {
            UnicodeCategory.UppercaseLetter => '\u0132',
            UnicodeCategory.LowercaseLetter => '\u0133',
            UnicodeCategory.TitlecaseLetter => '\u01C5',
            UnicodeCategory.ModifierLetter => '\u02B0',
            UnicodeCategory.OtherLetter => '\u3400',
            UnicodeCategory.NonSpacingMark => '\u0300',
            UnicodeCategory.SpacingCombiningMark => '\u0903',
            UnicodeCategory.EnclosingMark => '\u0488',
            UnicodeCategory.DecimalDigitNumber => '\u0660',
            UnicodeCategory.LetterNumber => '\u2160',
            UnicodeCategory.OtherNumber => '\u2460',
            UnicodeCategory.MathSymbol => '\u2200',
            UnicodeCategory.CurrencySymbol => '\u20AC',
            UnicodeCategory.ModifierSymbol => '\u02C2',
            UnicodeCategory.OtherSymbol => '\u2603',
            UnicodeCategory.DashPunctuation => '\u2014',
            UnicodeCategory.OpenPunctuation => '\u2045',
            UnicodeCategory.ClosePunctuation => '\u2046',
            UnicodeCategory.OtherPunctuation => '\u2016',
            UnicodeCategory.ConnectorPunctuation => '\u203F',
            UnicodeCategory.Format => '\u2060',
            _ => '\uE000',
        };
}
