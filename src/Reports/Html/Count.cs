using System.Globalization;

namespace Seal.Reports.Html;

/// <summary>"1 round", "2 rounds".</summary>
internal static class Count
{
    /// <param name="number">How many.</param>
    /// <param name="one">The word for one of them; its plural ends with an s.</param>
    public static string Of(int number, string one) => string.Create(CultureInfo.InvariantCulture, $"{number} {one}{(number == 1 ? "" : "s")}");
}
