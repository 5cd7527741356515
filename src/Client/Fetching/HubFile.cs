using System.Security.Cryptography;
using System.Text;

namespace Seal.Client.Fetching;

/// <summary>A file of a commit, as the hub's list has it.</summary>
/// <param name="Name">Without a folder.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Of the content, in hexadecimal; null for a small file that git itself holds.</param>
/// <param name="BlobId">Git's own hash, in hexadecimal: of the content where there is no <paramref name="Sha256"/>.</param>
internal sealed record HubFile(string Name, long Size, string? Sha256, string? BlobId);

/// <summary>The hashes of a file while its bytes come in.</summary>
internal sealed class FileDigest : IDisposable
{
    private readonly HubFile _file;
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash? _git;

    public FileDigest(HubFile file)
    {
        _file = file;
        if (file.Sha256 is null)
        {
            // Git names a file by the SHA-1 of this head and the content. The hub has no other hash of what git holds.
            _git = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
            _git.AppendData(Encoding.ASCII.GetBytes(FormattableString.Invariant($"blob {file.Size}\0")));
        }
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _sha256.AppendData(bytes);
        _git?.AppendData(bytes);
    }

    /// <summary>Ends the digest.</summary>
    /// <returns>SHA-256 of the bytes, and what is wrong with them; null if nothing is.</returns>
    public (string Sha256, string? Wrong) End()
    {
        var sha256 = Convert.ToHexStringLower(_sha256.GetHashAndReset());
        var (kind, expected, found) = _git is null
            ? ("SHA-256", _file.Sha256, sha256)
            : ("git blob id", _file.BlobId, Convert.ToHexStringLower(_git.GetHashAndReset()));
        return (sha256, expected == found ? null : $"its {kind} is {found}, and the hub's list says {expected}");
    }

    public void Dispose()
    {
        _sha256.Dispose();
        _git?.Dispose();
    }
}
