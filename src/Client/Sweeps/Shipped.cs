namespace Seal.Client.Sweeps;

/// <summary>
/// The sweeps and models that the installed tool carries, under the paths that they have in a clone: <c>seal run sweeps/quickstart.toml</c> works in
/// any folder. A file of the user's own comes first.
/// </summary>
internal static class Shipped
{
    private static readonly string[] Folders = ["sweeps", "models", "results"];

    /// <param name="path">As the user gave it.</param>
    /// <returns>The path; where nothing is there and the console carries that file or folder, the path of that.</returns>
    public static string Find(string path) => Find(path, AppContext.BaseDirectory);

    internal static string Find(string path, string console)
    {
        if (Path.Exists(path) || Path.IsPathRooted(path) || path.Contains("..", StringComparison.Ordinal))
        {
            return path;
        }

        var carried = Path.Combine(console, path);
        return Folders.Contains(path.Split('/', '\\')[0], StringComparer.Ordinal) && Path.Exists(carried) ? carried : path;
    }
}
