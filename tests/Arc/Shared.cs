using System.Text.Json;

namespace Seal.Arc.Tests;

/// <summary>The folder of goldens and public data that lies beside a checkout. Tests that need it are skipped where it is absent.</summary>
internal static class Shared
{
    private static readonly string? Root = Find();

    /// <summary>Path of a file or folder under shared/; skips the test, saying why, if it is not there.</summary>
    public static string Path(string relative)
    {
        var path = Root is null ? null : System.IO.Path.Combine(Root, relative);
        Skip.IfNot(
            path is not null && (File.Exists(path) || Directory.Exists(path)),
            $"shared/{relative} is not here (it lies beside the checkout, or where SEAL_SHARED says)"
        );
        return path!;
    }

    /// <summary>A file of golden/arc_goldens, parsed.</summary>
    public static JsonElement Golden(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path("golden/arc_goldens/" + name)));
        return document.RootElement.Clone();
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("SEAL_SHARED") is { Length: > 0 } set)
        {
            return set;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Seal.Orleans.sln")))
            {
                return System.IO.Path.Combine(folder.FullName, "..", "shared");
            }
        }

        return null;
    }
}
