using Seal.EndToEnd.Support;

namespace Seal.Cluster.Tests.Support;

/// <summary>The servers that cluster tests start. <c>.ci/run</c> installs them; a machine without them skips these tests.</summary>
internal static class Tools
{
    public static string? Redis { get; } = OnPath("redis-server");

    public static string? Azurite { get; } =
        new[] { Path.Combine(Repository.Root, "artifacts", "tools", "node_modules", ".bin", "azurite-blob") }.Where(File.Exists).FirstOrDefault()
        ?? OnPath("azurite-blob");

    /// <summary>Why cluster tests cannot run here, or null.</summary>
    public static string? Missing =>
        Redis is null ? "there is no redis-server on the PATH (Debian: apt-get install redis-server)"
        : Azurite is null ? "there is no Azurite (npm install --prefix artifacts/tools azurite@3.37.0, or azurite-blob on the PATH)"
        : null;

    private static string? OnPath(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
}
