using Seal.Client.Commands;

namespace Seal.Client;

/// <summary>How this console was started, so that a command printed as advice can be pasted as it is.</summary>
internal static class Invocation
{
    /// <summary>
    /// The script that started it (<c>./seal</c>, which says so in <c>SEAL_PROGRAM</c>), else <c>dotnet run …</c> from the project's sources,
    /// <c>dotnet …/seal.dll</c> where it was started so, <c>seal</c> where that word finds this very file, else the file's path.
    /// </summary>
    public static string Program { get; } =
        Environment.GetEnvironmentVariable("SEAL_PROGRAM") is { Length: > 0 } script
            ? Quote(script)
            : Describe(
                AppContext.BaseDirectory,
                Environment.ProcessPath,
                Environment.GetEnvironmentVariable("PATH"),
                Directory.GetCurrentDirectory()
            );

    /// <summary>What <c>--plugin</c> said: whoever pastes advice needs the same names.</summary>
    public static IReadOnlyList<string> Plugins { get; set; } = [];

    /// <summary>A whole command line.</summary>
    public static string Command(params IEnumerable<string> words) => $"{Program} {string.Join(' ', WithPlugins([.. words], Plugins).Select(Quote))}";

    /// <summary>The words with an option for each plug-in, where they have none.</summary>
    internal static IEnumerable<string> WithPlugins(IReadOnlyList<string> words, IReadOnlyList<string> plugins) =>
        words.Contains(CommonOptions.PluginName) ? words : words.Concat(plugins.SelectMany(path => new[] { CommonOptions.PluginName, path }));

    /// <summary>The word as a POSIX shell reads it back.</summary>
    public static string Quote(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=:,+@%".Contains(c))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <param name="baseDirectory">Where the program's files are.</param>
    /// <param name="processPath">The executable.</param>
    /// <param name="path">The shell's search path.</param>
    /// <param name="currentFolder">Where the user is.</param>
    internal static string Describe(string baseDirectory, string? processPath, string? path, string currentFolder)
    {
        // …/src/Client/bin/Release/net10.0/
        var output = new DirectoryInfo(Path.TrimEndingDirectorySeparator(baseDirectory));
        if (
            output.Parent is { Parent: { Name: "bin", Parent: { } project } } configuration
            && File.Exists(Path.Combine(project.FullName, "Seal.Client.csproj"))
        )
        {
            return $"dotnet run -c {configuration.Name} --project {Quote(Path.GetRelativePath(currentFolder, project.FullName))} --";
        }

        if (Path.GetFileNameWithoutExtension(processPath) == "dotnet")
        {
            return $"dotnet {Quote(Path.Combine(baseDirectory, "seal.dll"))}";
        }

        var onPath = (path ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, "seal"))
            .FirstOrDefault(File.Exists);
        return processPath is null || onPath == processPath ? "seal" : Quote(processPath);
    }
}
