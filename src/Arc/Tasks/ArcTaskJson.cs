using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Seal.Core.Domains;
using Seal.Core.Json;
using Seal.Core.Sweeps;

namespace Seal.Arc.Tasks;

/// <summary>
/// The canonical document of a task: <c>{"train":[{"input":[[…]],"output":[[…]]}],"test":[…]}</c> without white space, demonstrations
/// first. A test pair whose output is unknown has no <c>output</c>. Other keys are ignored when reading (public files carry names and notes).
/// </summary>
public static class ArcTaskJson
{
    /// <summary>Longest side of a grid that is read.</summary>
    public const int MaxSide = 64;

    /// <summary>Deepest nesting that is read; a file of tasks needs 6 levels.</summary>
    internal const int MaxDepth = 16;

    private const string Expected =
        "expected {\"train\":[{\"input\":[[…]],\"output\":[[…]]},…],\"test\":[…]} with rows of equal length and colours 0..9";

    /// <summary>Canonical JSON of a task; the id is not part of it.</summary>
    public static string Write(ArcTask task)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WritePairs(json, "train", task.Train);
            WritePairs(json, "test", task.Test);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The document that stands for this task in a sweep.</summary>
    public static TaskDocument ToDocument(ArcTask task) => new(task.Id, Write(task));

    /// <exception cref="SweepException">Not a task; the message says where and why.</exception>
    public static ArcTask Parse(TaskDocument task) => Parse(task.Id, task.Json);

    /// <exception cref="SweepException">Not a task; the message says where and why.</exception>
    public static ArcTask Parse(string id, string json)
    {
        var where = $"task {id}";
        try
        {
            using var document = UserJson.Parse(json, MaxDepth);
            return Read(document.RootElement, id, where);
        }
        catch (JsonException e)
        {
            throw NotJson(where, e);
        }
    }

    /// <summary>What is wrong with a task document, or null.</summary>
    /// <param name="task">The document.</param>
    /// <param name="needsTestOutputs">True where the task is scored by its test outputs.</param>
    public static string? Validate(TaskDocument task, bool needsTestOutputs)
    {
        try
        {
            return Validate(Parse(task), needsTestOutputs);
        }
        catch (SweepException e)
        {
            return e.Message;
        }
    }

    /// <summary>What keeps a task that was read from being used, or null.</summary>
    public static string? Validate(ArcTask task, bool needsTestOutputs)
    {
        for (var i = 0; needsTestOutputs && i < task.Test.Count; i++)
        {
            if (task.Test[i].Output is null)
            {
                return $"task {task.Id}: test pair {Number(i + 1)} has no output, and the task is to be scored by it; expected \"output\" beside "
                    + $"\"input\". "
                    + "Add it, or give the solutions file (…_solutions.json) beside the challenges file.";
            }
        }

        return null;
    }

    /// <summary>Reads one task from parsed JSON.</summary>
    /// <exception cref="SweepException">Not a task.</exception>
    internal static ArcTask Read(JsonElement element, string id, string where)
    {
        try
        {
            if (element.ValueKind != JsonValueKind.Object)
            {
                throw Fail(where, $"is {Kind(element)}, not an object");
            }

            return new ArcTask(id, ReadPairs(element, "train", needsOutputs: true, where), ReadPairs(element, "test", needsOutputs: false, where));
        }
        catch (InvalidOperationException e)
        {
            // A key with a lone surrogate or broken UTF-8 cannot be compared with ours.
            throw Fail(where, "holds a text that is not valid Unicode", e);
        }
    }

    /// <summary>Reads one grid from parsed JSON.</summary>
    /// <exception cref="SweepException">Not a grid.</exception>
    internal static Grid ReadGrid(JsonElement element, string where)
    {
        if (element.ValueKind != JsonValueKind.Array)
        {
            throw Fail(where, $"is {Kind(element)}, not a list of rows");
        }

        var height = element.GetArrayLength();
        if (height is 0 or > MaxSide)
        {
            throw Fail(where, height == 0 ? "is empty" : $"has {Number(height)} rows, more than {Number(MaxSide)}");
        }

        var width = 0;
        byte[] cells = [];
        var row = 0;
        foreach (var line in element.EnumerateArray())
        {
            if (line.ValueKind != JsonValueKind.Array)
            {
                throw Fail(where, $"row {Number(row + 1)} is {Kind(line)}, not a list of colours");
            }

            var length = line.GetArrayLength();
            if (row == 0)
            {
                if (length is 0 or > MaxSide)
                {
                    throw Fail(where, length == 0 ? "has empty rows" : $"has {Number(length)} columns, more than {Number(MaxSide)}");
                }

                width = length;
                cells = new byte[height * width];
            }
            else if (length != width)
            {
                throw Fail(where, $"row {Number(row + 1)} has {Number(length)} cells, the first has {Number(width)}");
            }

            var column = 0;
            foreach (var cell in line.EnumerateArray())
            {
                if (cell.ValueKind != JsonValueKind.Number || !cell.TryGetInt32(out var colour) || colour is < 0 or >= Grid.Colours)
                {
                    throw Fail(where, $"row {Number(row + 1)}, column {Number(column + 1)} is {Kind(cell)}, not a colour");
                }

                cells[(row * width) + column++] = (byte)colour;
            }

            row++;
        }

        return new Grid(height, width, cells);
    }

    internal static SweepException NotJson(string where, JsonException e) =>
        new(
            e is DuplicateKeyException twice
                    ? $"{where}:{Number(twice.Line)}: the key \"{twice.Key}\" stands twice in one object, so which of the two counts cannot be "
                        + $"known; {Expected}. Keep one of them."
                : e.InnerException is InvalidOperationException
                    ? $"{where}: holds a key that is not valid Unicode; {Expected}. Correct the file, or move it out of the folder."
                : e.LineNumber is { } line
                    ? $"{where}:{Number(line + 1)}: not valid JSON (byte {Number((e.BytePositionInLine ?? 0) + 1)} of the line); {Expected}. "
                        + $"Correct the line, or name another file."
                : $"{where}: not valid JSON; {Expected}. Correct it, or name another file.",
            e
        );

    internal static SweepException Fail(string where, string what, Exception? inner = null) =>
        new($"{where}: {what}; {Expected}. Correct the file, or move it out of the folder.", inner);

    internal static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A JSON value as a message names it: numbers and words as written, but never more than a few characters of them.</summary>
    internal static string Kind(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "a list",
            JsonValueKind.String => "a text",
            JsonValueKind.Number when element.GetRawText() is { Length: <= 24 } number => number,
            JsonValueKind.Number => "a very long number",
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => "null",
        };

    private static List<ArcPair> ReadPairs(JsonElement task, string key, bool needsOutputs, string where)
    {
        var name = key == "train" ? "demonstration" : "test pair";
        if (!task.TryGetProperty(key, out var list))
        {
            throw Fail(where, $"has no \"{key}\"");
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            throw Fail(where, $"\"{key}\" is {Kind(list)}, not a list of pairs");
        }

        if (list.GetArrayLength() == 0)
        {
            throw Fail(where, $"has no {name}s (\"{key}\" is empty)");
        }

        var pairs = new List<ArcPair>(list.GetArrayLength());
        foreach (var pair in list.EnumerateArray())
        {
            var place = $"{where}: {name} {Number(pairs.Count + 1)}";
            if (pair.ValueKind != JsonValueKind.Object)
            {
                throw Fail(place, $"is {Kind(pair)}, not an object");
            }

            if (!pair.TryGetProperty("input", out var input))
            {
                throw Fail(place, "has no \"input\"");
            }

            var known = pair.TryGetProperty("output", out var output) && output.ValueKind != JsonValueKind.Null;
            if (!known && needsOutputs)
            {
                throw Fail(place, "has no \"output\"");
            }

            pairs.Add(new ArcPair(ReadGrid(input, place + " input"), known ? ReadGrid(output, place + " output") : null));
        }

        return pairs;
    }

    private static void WritePairs(Utf8JsonWriter json, string key, IReadOnlyList<ArcPair> pairs)
    {
        json.WriteStartArray(key);
        foreach (var pair in pairs)
        {
            json.WriteStartObject();
            WriteGrid(json, "input", pair.Input);
            if (pair.Output is not null)
            {
                WriteGrid(json, "output", pair.Output);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteGrid(Utf8JsonWriter json, string key, Grid grid)
    {
        json.WriteStartArray(key);
        for (var row = 0; row < grid.Height; row++)
        {
            json.WriteStartArray();
            for (var column = 0; column < grid.Width; column++)
            {
                json.WriteNumberValue(grid[row, column]);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
    }
}
