using System.Globalization;

namespace Seal.Core.Artifacts;

/// <summary>
/// Adapters of single candidates, where a host keeps them: <c>adapters/&lt;candidate&gt;.safetensors</c>, and beside it, written last, the manifest
/// <c>.json</c> with its hash. What has no manifest does not exist. Deleting goes the other way round.
/// </summary>
public static class AdapterArchive
{
    public const string Folder = "adapters";
    private const string Manifest = ".json";
    private const string Adapter = ".safetensors";

    /// <param name="store">Where to.</param>
    /// <param name="candidate">Key of the candidate: <c>sweep/run/phase/task/003</c>.</param>
    /// <param name="bytes">The adapter file.</param>
    /// <param name="cancellation">The lease.</param>
    public static async Task Keep(IArtifactStore store, string candidate, byte[] bytes, CancellationToken cancellation)
    {
        var key = $"{Folder}/{candidate}";
        await store.WriteAsync(key + Adapter, bytes, WriteCondition.Always, cancellation);
        await store.WriteAsync(
            key + Manifest,
            StoredDocument.Format(new AdapterManifest(ArtifactKey.Sha256(bytes), bytes.Length)),
            WriteCondition.Always,
            cancellation
        );
    }

    /// <summary>Deletes adapters of a run but those of certain candidates.</summary>
    /// <param name="store">Where.</param>
    /// <param name="run">Key of the run, <c>sweep/run</c>.</param>
    /// <param name="phases">Only in these phases; others are under way.</param>
    /// <param name="kept">Keys of the candidates to keep.</param>
    public static async Task Prune(IArtifactStore store, string run, IReadOnlySet<string> phases, IReadOnlySet<string> kept)
    {
        // Ordinal order has the manifest before its adapter.
        foreach (var key in await store.ListAsync($"{Folder}/{run}/"))
        {
            var candidate = key[(Folder.Length + 1)..key.LastIndexOf('.')];
            var phase = candidate[(run.Length + 1)..].Split('/')[0];
            if (phases.Contains(phase) && !kept.Contains(candidate))
            {
                await store.DeleteAsync(key);
            }
        }
    }

    /// <summary>What is wrong with a manifest's adapter, or null.</summary>
    /// <param name="store">Where.</param>
    /// <param name="key">Of the manifest.</param>
    /// <param name="manifest">Its bytes.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    public static async Task<string?> Defect(IArtifactStore store, string key, byte[] manifest, CancellationToken cancellation)
    {
        try
        {
            var (sha256, length) = StoredDocument.Parse<AdapterManifest>(key, manifest);
            var adapter = await store.ReadAsync(key[..^Manifest.Length] + Adapter, cancellation);
            return adapter is null ? "its adapter is missing"
                : ArtifactKey.Sha256(adapter.Bytes) != sha256
                    ? string.Create(CultureInfo.InvariantCulture, $"its adapter ({length} bytes once) is damaged")
                : null;
        }
        catch (InvalidDataException unreadable)
        {
            return DocumentProblem.Without(key, unreadable);
        }
    }
}

/// <param name="Sha256">Of the adapter file.</param>
/// <param name="Length">Its bytes.</param>
[StoredDocument("adapter")]
public sealed record AdapterManifest(string Sha256, long Length);
