namespace Seal.Client.Setup;

/// <summary>What <c>seal setup</c> writes beside the libraries, when they are whole.</summary>
/// <param name="LibTorch">Version.</param>
/// <param name="TorchSharp">Version of the binding.</param>
/// <param name="Backend"><c>cpu</c> or <c>cuda</c>.</param>
/// <param name="Platform">Runtime identifier.</param>
/// <param name="Packages">Where the libraries come from.</param>
/// <param name="Files">The libraries, by name.</param>
internal sealed record SetupNote(
    string LibTorch,
    string TorchSharp,
    string Backend,
    string Platform,
    IReadOnlyList<RestoredPackage> Packages,
    IReadOnlyList<RestoredFile> Files
);

/// <param name="Id">Package id.</param>
/// <param name="Version">Package version.</param>
/// <param name="Sha512">Content hash as NuGet has it, base 64.</param>
internal sealed record RestoredPackage(string Id, string Version, string Sha512);

/// <param name="Name">File name.</param>
/// <param name="Bytes">Size.</param>
/// <param name="Sha256">Hash, in hex.</param>
internal sealed record RestoredFile(string Name, long Bytes, string Sha256);
