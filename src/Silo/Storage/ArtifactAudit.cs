using System.Text.Json;
using Seal.Core.Artifacts;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Grains.Candidates;
using Seal.Grains.Sweeps;

namespace Seal.Silo.Storage;

/// <param name="Key">What is damaged or missing.</param>
/// <param name="Problem">In what way.</param>
public sealed record ArtifactDefect(string Key, string Problem);

/// <summary>
/// Reads a whole store and recomputes every SHA-256: content-addressed blobs against their names, grain states and cached trials against the hash they
/// carry, results against what their sweep ended with, and that what manifests and policies name is there.
/// </summary>
public sealed class ArtifactAudit(IArtifactStore store)
{
    private readonly HashSet<string> _blobs = new(StringComparer.Ordinal);

    /// <summary>Keys that were read.</summary>
    public int Read { get; private set; }

    /// <summary>Blobs that a manifest names and that are whole.</summary>
    public int Named { get; private set; }

    public async IAsyncEnumerable<ArtifactDefect> Verify([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation = default)
    {
        // Blobs come first in ordinal order; what names them is looked at when they are known.
        foreach (var key in await store.ListAsync("", cancellation))
        {
            if (await store.ReadAsync(key, cancellation) is not { } stored)
            {
                continue; // Removed since it was listed.
            }

            Read++;
            foreach (var defect in await Defects(key, stored.Bytes, cancellation))
            {
                yield return defect;
            }
        }
    }

    private async Task<IReadOnlyList<ArtifactDefect>> Defects(string key, byte[] bytes, CancellationToken cancellation)
    {
        switch (key[..Math.Max(0, key.IndexOf('/'))])
        {
            case "blobs":
                var whole = key.EndsWith(ArtifactKey.Sha256(bytes), StringComparison.Ordinal);
                _ = whole && _blobs.Add(key);
                return whole ? [] : [new(key, "its bytes do not have the hash of its name")];
            case "grains":
                return ArtifactGrainStorage.IsWhole(bytes) ? [] : [new(key, "its bytes do not have the hash of its first line")];
            case "cache":
                return TrialCache.IsWhole(bytes) ? [] : [new(key, "its bytes do not have the hash they carry; counts as absent, the trial runs again")];
            case AdapterArchive.Folder when key.EndsWith(".json", StringComparison.Ordinal):
                return await AdapterArchive.Defect(store, key, bytes, cancellation) is { } problem ? [new(key, problem)] : [];
            case "jobs":
                return await Manifest(key, bytes);
            case "sweeps" when key.EndsWith("/results.json", StringComparison.Ordinal):
                return await Results(key, bytes, cancellation);
            default:
                return [];
        }
    }

    private Task<IReadOnlyList<ArtifactDefect>> Manifest(string key, byte[] bytes)
    {
        try
        {
            var files = SealJson.Parse<JobManifest>(bytes).Files;
            Named += files.Count(file => _blobs.Contains(file.Key));
            return Task.FromResult<IReadOnlyList<ArtifactDefect>>([.. files.Where(file => !_blobs.Contains(file.Key)).Select(file => new ArtifactDefect(file.Key, $"named by {key}, and missing or damaged"))]);
        }
        catch (JsonException)
        {
            return Task.FromResult<IReadOnlyList<ArtifactDefect>>([new(key, "is no manifest; counts as never written")]);
        }
    }

    private async Task<IReadOnlyList<ArtifactDefect>> Results(string key, byte[] bytes, CancellationToken cancellation)
    {
        var name = key.Split('/')[1];
        var stateKey = $"grains/sweep/{name}.json";
        if (await store.ReadAsync(stateKey, cancellation) is not { } stored || !ArtifactGrainStorage.IsWhole(stored.Bytes))
        {
            return [];
        }

        var told = ArtifactGrainStorage.Parse<SweepGrainState>(stateKey, stored.Bytes).ReportSha256;
        return told is null || told == ArtifactKey.Sha256(bytes) ? [] : [new(key, "is not what its sweep ended with; 'sweep resume' writes it again")];
    }
}
