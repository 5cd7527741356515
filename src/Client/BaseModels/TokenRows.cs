using System.Text.Json;
using Seal.Core.Files;
using Seal.Core.Json;

namespace Seal.Client.BaseModels;

/// <summary>Reads what the verbs over token ids take as <c>--input</c>, and says where it is not what was expected.</summary>
internal static class TokenRows
{
    private const long LongestFile = 1L << 30;

    /// <summary>The file as JSON.</summary>
    /// <exception cref="CommandException">It is not there, or no JSON.</exception>
    public static JsonDocument Open(string path)
    {
        try
        {
            return UserJson.Parse(UserFile.ReadAllBytes(path, LongestFile), maxDepth: 16);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException(ExitCode.Usage, $"{path}: no such file; --input takes a file of JSON.", e);
        }
        catch (JsonException e)
        {
            throw new CommandException(ExitCode.Usage, $"{path}: not JSON (NaN and Infinity are not): {e.Message}", e);
        }
    }

    /// <summary>Rows of equal length of token ids.</summary>
    /// <param name="element">[B][T].</param>
    /// <param name="where">File and place, for messages.</param>
    /// <param name="least">Smallest number allowed.</param>
    /// <param name="most">Largest number allowed.</param>
    /// <param name="what">What one number is, e.g. "token id".</param>
    /// <exception cref="CommandException">Anything else.</exception>
    public static int[][] Read(JsonElement element, string where, int least, int most, string what)
    {
        if (element.ValueKind != JsonValueKind.Array || element.GetArrayLength() == 0)
        {
            throw Wrong(where, $"expected rows of numbers, [[1, 2, …], …], at least one; got {Told(element)}");
        }

        var rows = new List<int[]>();
        foreach (var row in element.EnumerateArray())
        {
            var at = $"{where}, row {rows.Count + 1}";
            if (row.ValueKind != JsonValueKind.Array || row.GetArrayLength() == 0)
            {
                throw Wrong(at, $"expected a list of at least one {what}; got {Told(row)}");
            }

            if (rows.Count > 0 && rows[0].Length != row.GetArrayLength())
            {
                throw Wrong(at, $"has {row.GetArrayLength()} numbers, row 1 has {rows[0].Length}; rows must be of equal length");
            }

            var values = new int[row.GetArrayLength()];
            var t = 0;
            foreach (var item in row.EnumerateArray())
            {
                values[t++] =
                    item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out var value) && value >= least && value <= most
                        ? value
                        : throw Wrong($"{at}, place {t}", $"{Told(item)} is no {what}; expected a whole number in {least}..{most}");
            }

            rows.Add(values);
        }

        return [.. rows];
    }

    /// <summary>A list of texts.</summary>
    /// <exception cref="CommandException">Anything else.</exception>
    public static string[] Strings(JsonElement element, string where)
    {
        if (element.ValueKind != JsonValueKind.Array)
        {
            throw Wrong(where, $"expected a list of texts, [\"…\", …]; got {Told(element)}");
        }

        var texts = new List<string>();
        foreach (var item in element.EnumerateArray())
        {
            try
            {
                texts.Add(
                    item.ValueKind == JsonValueKind.String
                        ? item.GetString()!
                        : throw Wrong($"{where}, place {texts.Count + 1}", $"expected a text; got {Told(item)}")
                );
            }
            catch (InvalidOperationException e)
            {
                throw new CommandException(
                    ExitCode.Usage,
                    $"{where}, place {texts.Count + 1}: the text holds half a surrogate pair, which is no Unicode.",
                    e
                );
            }
        }

        return [.. texts];
    }

    public static CommandException Wrong(string where, string what) => new(ExitCode.Usage, $"{where}: {what}.");

    public static string Told(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Undefined)
        {
            return "nothing";
        }

        var text = element.GetRawText().ReplaceLineEndings(" ");
        return text.Length > 60 ? text[..60] + "…" : text;
    }
}
