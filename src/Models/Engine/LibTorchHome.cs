using System.Reflection;

namespace Seal.Models.Engine;

/// <summary>
/// The user's folder that <c>seal setup</c> restores libtorch into, e.g. <c>~/.local/share/seal/libtorch/2.10.0-0.107.0-cpu</c>. A console that
/// carries no libtorch loads it from there.
/// </summary>
public static class LibTorchHome
{
    /// <summary>Written last: a folder without it is not whole.</summary>
    public const string NoteName = "setup.json";

    /// <summary>Best first: libtorch for cards computes on the processor, too.</summary>
    private static readonly string[] Backends = ["cuda", "cpu"];

    private static string? _found;

    /// <summary>The version of libtorch that this build restores, e.g. <c>2.10.0</c>.</summary>
    public static string LibTorchVersion { get; } = Metadata("Seal.LibTorch");

    /// <summary>The version of TorchSharp that this build was compiled with; its native binding has to be the same.</summary>
    public static string TorchSharpVersion { get; } = Metadata("Seal.TorchSharp");

    /// <summary>Holds one folder for each version and backend; null where the user has no folder for data.</summary>
    public static string? Root =>
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } data
            ? Path.Combine(data, "seal", "libtorch")
            : null;

    /// <summary>The folder of this build's libtorch, if it is there and whole.</summary>
    public static string? Found
    {
        get
        {
            if (_found is null && Root is { } root)
            {
                _found = Backends.Select(backend => Path.Combine(root, FolderName(backend))).FirstOrDefault(IsWhole);
            }

            return _found;
        }
    }

    /// <param name="backend"><c>cpu</c> or <c>cuda</c>.</param>
    public static string FolderName(string backend) => $"{LibTorchVersion}-{TorchSharpVersion}-{backend}";

    public static bool IsWhole(string folder) => File.Exists(Path.Combine(folder, NoteName));

    private static string Metadata(string key) =>
        typeof(LibTorchHome).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
