using System.Text.Json;
using Seal.Client.BaseModels;

namespace Seal.Client.Knowledge;

/// <summary>Reads a list of objects that a user gave, and says where it is not what was expected. Members that nobody asks for are passed
/// over.</summary>
internal sealed class InputRows
{
    private readonly JsonElement _row;
    private readonly string _where;

    private InputRows(JsonElement row, string where) => (_row, _where) = (row, where);

    /// <param name="path">A file with a JSON array.</param>
    /// <param name="read">Reads one of its objects.</param>
    /// <exception cref="CommandException">It is not there, not JSON, or not of this form.</exception>
    public static IReadOnlyList<T> Read<T>(string path, Func<InputRows, T> read)
    {
        using var document = TokenRows.Open(path);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Array)
        {
            throw TokenRows.Wrong(path, $"expected a list of objects, [{{…}}, …]; got {TokenRows.Told(root)}");
        }

        return
        [
            .. root.EnumerateArray()
                .Select(
                    (row, i) =>
                        row.ValueKind == JsonValueKind.Object
                            ? read(new InputRows(row, $"{path}, place {i + 1}"))
                            : throw TokenRows.Wrong($"{path}, place {i + 1}", $"expected an object; got {TokenRows.Told(row)}")
                ),
        ];
    }

    /// <summary>A text that must be there.</summary>
    public string Text(string name)
    {
        try
        {
            return _row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()!
                : throw TokenRows.Wrong($"{_where}, \"{name}\"", $"expected a text; got {TokenRows.Told(value)}");
        }
        catch (InvalidOperationException e)
        {
            throw new CommandException(ExitCode.Usage, $"{_where}, \"{name}\": the text holds half a surrogate pair, which is no Unicode.", e);
        }
    }

    /// <summary>True or false, or null where it is not there.</summary>
    public bool? Truth(string name) =>
        !_row.TryGetProperty(name, out var value) ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw TokenRows.Wrong($"{_where}, \"{name}\"", $"expected true or false; got {TokenRows.Told(value)}");
}
