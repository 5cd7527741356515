using System.Runtime.InteropServices;
using Seal.Models.Engine;

namespace Seal.Client.Setup;

/// <summary>The NuGet package of libtorch for a platform.</summary>
/// <param name="Id">Package id.</param>
/// <param name="Version">Package version.</param>
/// <param name="Platform">Runtime identifier, e.g. <c>linux-x64</c>.</param>
/// <param name="Backend"><c>cpu</c> or <c>cuda</c>.</param>
/// <param name="Size">What is loaded, for people.</param>
internal sealed record LibTorchPackage(string Id, string Version, string Platform, string Backend, string Size)
{
    /// <summary>The package for this machine.</summary>
    /// <param name="isCuda">For cards.</param>
    /// <exception cref="CommandException">There is none.</exception>
    public static LibTorchPackage Here(bool isCuda) =>
        Of(
            OperatingSystem.IsLinux() ? "linux"
                : OperatingSystem.IsMacOS() ? "osx"
                : OperatingSystem.IsWindows() ? "win"
                : RuntimeInformation.OSDescription,
            RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant(),
            isCuda
        );

    /// <param name="system"><c>linux</c>, <c>osx</c> or <c>win</c>.</param>
    /// <param name="architecture"><c>x64</c> or <c>arm64</c>.</param>
    /// <param name="isCuda">For cards.</param>
    /// <exception cref="CommandException">There is none.</exception>
    internal static LibTorchPackage Of(string system, string architecture, bool isCuda)
    {
        var platform = $"{system}-{architecture}";
        if (isCuda)
        {
            return platform == "linux-x64"
                ? new LibTorchPackage("TorchSharp-cuda-linux", LibTorchHome.TorchSharpVersion, platform, "cuda", "several GB")
                : throw new CommandException(ExitCode.Usage, $"--cuda: there is a libtorch for cards on linux-x64 alone; this is {platform}.");
        }

        return platform is "linux-x64" or "osx-arm64" or "win-x64"
            ? new LibTorchPackage($"libtorch-cpu-{platform}", LibTorchHome.LibTorchVersion, platform, "cpu", "some 130 MB")
            : throw new CommandException(
                ExitCode.Usage,
                $"There is no libtorch package for {platform}; linux-x64, osx-arm64 and win-x64 have one. Sweeps of a cluster (--cluster) and sweeps "
                    + $"with engine.kind = \"fake\" run without it."
            );
    }
}
