using System.Text.Json;

namespace Seal.EndToEnd.Support;

/// <summary>A look at a store from outside, without the code that wrote it.</summary>
internal static class StoreFolder
{
    /// <summary>Attempts at jobs that have written their manifest.</summary>
    public static int Manifests(string store) => Files(Path.Combine(store, "jobs"), "manifest.json").Count();

    /// <summary>
    /// Every candidate whose inner loops are committed: its file's path and bytes. None of these may ever change again, in particular not the
    /// epoch, holder and seconds in them: that would be another attempt.
    /// </summary>
    public static SortedDictionary<string, string> Committed(string store)
    {
        var committed = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Files(Path.Combine(store, "grains", "candidate"), "*.json"))
        {
            var text = File.ReadAllText(file);
            // The first line is the hash of the rest.
            using var state = JsonDocument.Parse(text.AsMemory(text.IndexOf('\n') + 1));
            if (state.RootElement.GetProperty("outcome").ValueKind != JsonValueKind.Null)
            {
                committed.Add(Path.GetRelativePath(store, file), text);
            }
        }

        return committed;
    }

    /// <summary>What a run leaves when it was refused before it began: nothing but the marks of the host.</summary>
    public static IReadOnlyList<string> Content(string store) =>
        [
            .. Files(store, "*")
                .Select(file => Path.GetRelativePath(store, file))
                .Where(file => file is not ("store.lock" or "host.json" or "host.log.txt"))
                .Order(StringComparer.Ordinal),
        ];

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories) : [];
}
