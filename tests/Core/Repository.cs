namespace Seal.Core.Tests;

/// <summary>Finds files of the repository from wherever tests run.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Sweep(string name) => Path.Combine(Root, "sweeps", name);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Seal.Orleans.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("Seal.Orleans.sln is in no folder above the tests.");
    }
}

/// <summary>A folder that goes away with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("seal-core-").FullName;

    public string Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
