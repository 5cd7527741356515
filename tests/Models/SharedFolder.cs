namespace Seal.Models.Tests;

/// <summary>The folder of goldens beside the repository. Tests that need it say so and are skipped where it is absent.</summary>
internal static class SharedFolder
{
    public static string? Find(params string[] parts)
    {
        var root = Environment.GetEnvironmentVariable("SEAL_SHARED") ?? FromRepository();
        var path = root is null ? null : Path.Combine([root, .. parts]);
        return Path.Exists(path) ? path : null;
    }

    public static string Require(params string[] parts)
    {
        var path = Find(parts);
        Skip.If(path is null, $"shared/{string.Join('/', parts)} is not there (set SEAL_SHARED to the folder of goldens)");
        return path!;
    }

    private static string? FromRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Seal.Orleans.sln")))
            {
                return Path.Combine(folder.FullName, "..", "shared");
            }
        }

        return null;
    }
}
