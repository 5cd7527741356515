using System.Globalization;
using System.Text;

namespace Seal.Arc.Tasks;

/// <summary>Grids as Python prints arrays, <c>[[0 1]\n [2 3]]</c>: the form in which the reference shows them to a text model, and reads its
/// answers.</summary>
public static class PythonGridText
{
    private static readonly char[] WhiteSpace = [' ', '\t', '\n', '\r', '\v', '\f'];

    /// <summary>Rows on lines of their own, cells separated by spaces.</summary>
    public static string Write(Grid grid)
    {
        var text = new StringBuilder("[");
        for (var row = 0; row < grid.Height; row++)
        {
            text.Append(row == 0 ? "[" : "\n [");
            for (var column = 0; column < grid.Width; column++)
            {
                if (column > 0)
                {
                    text.Append(' ');
                }

                text.Append((char)('0' + grid[row, column]));
            }

            text.Append(']');
        }

        return text.Append(']').ToString();
    }

    /// <summary>
    /// Reads a model's answer, as forgiving as the reference: brackets and '#' are passed over, each line break starts a row, and the cells
    /// are dealt out evenly to the rows. Null where a word is no colour, the cells do not come out even, or a side is over
    /// <see cref="ArcTaskJson.MaxSide"/>.
    /// </summary>
    public static Grid? Parse(string text)
    {
        var clean = text.Replace("#", "", StringComparison.Ordinal).Trim(WhiteSpace);
        var rows = clean.AsSpan().Count('\n') + 1;
        var words = clean
            .Replace("[", "", StringComparison.Ordinal)
            .Replace("]", "", StringComparison.Ordinal)
            .Split(WhiteSpace, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || words.Length % rows != 0 || rows > ArcTaskJson.MaxSide || words.Length / rows > ArcTaskJson.MaxSide)
        {
            return null;
        }

        var cells = new byte[words.Length];
        for (var i = 0; i < words.Length; i++)
        {
            if (!byte.TryParse(words[i], NumberStyles.None, CultureInfo.InvariantCulture, out cells[i]) || cells[i] >= Grid.Colours)
            {
                return null;
            }
        }

        return new Grid(rows, words.Length / rows, cells);
    }
}
