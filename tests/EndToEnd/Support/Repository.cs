using System.Reflection;

namespace Seal.EndToEnd.Support;

/// <summary>Where this clone and its built console are, as the build wrote it down.</summary>
internal static class Repository
{
    public static string Root { get; } = Metadata("Repository");

    /// <summary>The console, in the configuration of this assembly.</summary>
    public static string Console { get; } =
        File.Exists(Metadata("SealConsole"))
            ? Metadata("SealConsole")
            : throw new InvalidOperationException($"There is no console at '{Metadata("SealConsole")}'; build src/Client in this configuration.");

    public static string Sweep(string name) => Path.Combine(Root, "sweeps", name);

    /// <summary>The model that the project ships.</summary>
    public static string Model => Path.Combine(Root, "models", "grid-mini");

    private static string Metadata(string key) =>
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == key).Value!;
}
