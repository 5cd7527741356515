using System.Text.Json;
using Seal.Core.Json;
using Seal.Core.Versions;

namespace Seal.Core.Artifacts;

/// <summary>
/// Why a stored document cannot be used, as an <see cref="InvalidDataException"/>: that type crosses grain calls as it is. The message names
/// document, build and key, and says what to do.
/// </summary>
public static class DocumentProblem
{
    /// <summary>The problem without the document's key before it, for lists that name the key themselves.</summary>
    public static string Without(string key, InvalidDataException problem) =>
        problem.Message.StartsWith($"{key}: ", StringComparison.Ordinal) ? problem.Message[(key.Length + 2)..] : problem.Message;

    internal static InvalidDataException Of(string key, string problem, Exception? inner = null) => new($"{key}: {problem}", inner);

    internal static InvalidDataException Damaged(string key) =>
        Of(key, "damaged (its SHA-256 does not match). Restore the store from a back-up, or start over in another --store or under another name.");

    internal static InvalidDataException Older(string key, string build, int version) =>
        Of(
            key,
            $"was written by {build} in format {version}; this build ({SealBuild.Id}) reads and writes format {StoredDocument.Version}. "
                + "Go on with the build that wrote it, or start over in another --store."
        );

    internal static InvalidDataException Newer(string key, string build, int version) =>
        Of(
            key,
            $"was written by a newer build ({build}) in format {version}; this build ({SealBuild.Id}) reads format {StoredDocument.Version}. "
                + $"Go on with build {build} or newer, or start over in another --store."
        );

    internal static InvalidDataException Foreign(string key, string build, JsonException problem) =>
        Of(
            key,
            SealJson.UnknownKey(problem) is { } unknown
                ? $"was written by a newer build ({build}): key {unknown} is not known to this build ({SealBuild.Id}). "
                    + $"Go on with build {build} or newer, or start over in another --store."
                : $"was written by another build ({build}) and does not fit this one ({SealBuild.Id}): {problem.Message}",
            problem
        );

    /// <summary>A blob is what its name says, and does not say who wrote it.</summary>
    internal static InvalidDataException ForeignBlob(string sha256, JsonException problem) =>
        Of(
            ArtifactKey.Blob(sha256),
            SealJson.UnknownKey(problem) is { } unknown
                ? $"was written by a newer build: key {unknown} is not known to this build ({SealBuild.Id}). Go on with the build that wrote it, or "
                    + $"start over in another --store."
                : $"was written by another build and does not fit this one ({SealBuild.Id}): {problem.Message}",
            problem
        );
}
