using System.Text.Json;
using Seal.Core.Files;
using Seal.Core.Json;
using Seal.Core.Sweeps;
using static Seal.Arc.Tasks.ArcTaskJson;

namespace Seal.Arc.Tasks;

/// <summary>One file of task data, recognised by its content: a task, an object of tasks, or an object of solutions.</summary>
internal sealed class ArcFile
{
    private const string ChallengesEnd = "_challenges.json";
    private const string SolutionsEnd = "_solutions.json";

    private ArcFile(string path, IReadOnlyList<Entry> tasks, IReadOnlyList<Entry> solutions) => (Path, Tasks, Solutions) = (path, tasks, solutions);

    public string Path { get; }

    /// <summary>Tasks in the order of the file, not yet read.</summary>
    public IReadOnlyList<Entry> Tasks { get; }

    /// <summary>Lists of test outputs in the order of the file, not yet read.</summary>
    public IReadOnlyList<Entry> Solutions { get; }

    /// <summary>The solutions file that belongs to a challenges file by Kaggle's names, or null where the name is another.</summary>
    public static string? SolutionsPath(string path) =>
        path.EndsWith(ChallengesEnd, StringComparison.Ordinal) ? path[..^ChallengesEnd.Length] + SolutionsEnd : null;

    /// <exception cref="SweepException">Cannot be read, is too large, is not JSON, or has none of the three forms.</exception>
    public static ArcFile Load(string path)
    {
        try
        {
            // The elements stay in use, so the document is left to the collector.
            var document = UserJson.Parse(UserFile.ReadAllBytes(path, ArcReader.MaxFileBytes), MaxDepth);
            return Recognise(path, document.RootElement);
        }
        catch (JsonException e)
        {
            throw NotJson(path, e);
        }
        catch (InvalidOperationException e)
        {
            throw Fail(path, "holds a key that is not valid Unicode", e);
        }
        catch (UserFileException e)
        {
            throw new SweepException(e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new SweepException($"{path}: cannot be read ({e.Message.TrimEnd('.')}). Check the path and its permissions.", e);
        }
    }

    private static ArcFile Recognise(string path, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw Unrecognised(path, $"holds {Kind(root)}, not an object");
        }

        if (root.TryGetProperty("train", out _) || root.TryGetProperty("test", out _))
        {
            return new ArcFile(path, [new Entry(System.IO.Path.GetFileNameWithoutExtension(path), root, path)], []);
        }

        var entries = new List<Entry>();
        foreach (var property in root.EnumerateObject())
        {
            entries.Add(new Entry(property.Name, property.Value, path));
        }

        if (entries.Count == 0)
        {
            throw Unrecognised(path, "holds no tasks");
        }

        if (entries.TrueForAll(entry => entry.Json.ValueKind == JsonValueKind.Object))
        {
            return new ArcFile(path, entries, []);
        }

        if (entries.TrueForAll(entry => entry.Json.ValueKind == JsonValueKind.Array && entry.Json.EnumerateArray().All(IsNested)))
        {
            return new ArcFile(path, [], entries);
        }

        throw Unrecognised(path, "is neither a task, nor an object of tasks, nor an object of solutions");
    }

    private static bool IsNested(JsonElement grid) =>
        grid.ValueKind == JsonValueKind.Array && grid.EnumerateArray().All(row => row.ValueKind == JsonValueKind.Array);

    private static SweepException Unrecognised(string path, string what) =>
        new(
            $"{path}: {what}; expected one task {{\"train\":…,\"test\":…}}, an object of tasks {{id:{{\"train\":…,\"test\":…}}}}, "
                + "or a challenges file with its solutions {id:[[[…]]]}. Name the files of tasks themselves, or ask for certain ids only."
        );

    /// <param name="Id">The task's name.</param>
    /// <param name="Json">What the file says under it.</param>
    /// <param name="Path">The file.</param>
    public sealed record Entry(string Id, JsonElement Json, string Path)
    {
        public string Where => $"{Path}: task {Id}";
    }
}
