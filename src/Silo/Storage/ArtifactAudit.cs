using System.Text.Json;
using Seal.Core.Artifacts;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Grains.Candidates;
using Seal.Grains.Policies;
using Seal.Grains.Sweeps;
using Seal.Grains.Tasks;

namespace Seal.Silo.Storage;

/// <param name="Key">What is damaged or missing.</param>
/// <param name="Problem">In what way.</param>
public sealed record ArtifactDefect(string Key, string Problem);

/// <summary>
/// Reads a whole store and recomputes every SHA-256: content-addressed blobs against their names, grain states and cached trials against the hash they
/// carry, results against what their sweep ended with, and that what manifests, policies, sweeps and models name is there.
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
                return ArtifactGrainStorage.IsWhole(bytes) ? await Missing(key, Wanted(key, bytes), cancellation) : [new(key, "its bytes do not have the hash of its first line")];
            case "cache":
                return TrialCache.IsWhole(bytes) ? [] : [new(key, "its bytes do not have the hash they carry; counts as absent, the trial runs again")];
            case AdapterArchive.Folder when key.EndsWith(".json", StringComparison.Ordinal):
                return await AdapterArchive.Defect(store, key, bytes, cancellation) is { } problem ? [new(key, problem)] : [];
            case "jobs":
                return await Manifest(key, bytes, cancellation);
            case "models":
                return ModelRegistry.Chunks(bytes) is { } chunks
                    ? await Missing(key, chunks.Select(ArtifactKey.Blob), cancellation)
                    : [new(key, "is not where a model is; run a sweep with its model.path again")];
            case "sweeps" when key.EndsWith("/results.json", StringComparison.Ordinal):
                return await Results(key, bytes, cancellation);
            default:
                return [];
        }
    }

    private async Task<IReadOnlyList<ArtifactDefect>> Manifest(string key, byte[] bytes, CancellationToken cancellation)
    {
        try
        {
            var files = SealJson.Parse<JobManifest>(bytes).Files;
            if (files is null || files.Any(file => file?.Key is null))
            {
                return [new(key, "is no manifest; counts as never written")];
            }

            var missing = await Missing(key, files.Select(file => file.Key), cancellation);
            Named += files.Count - missing.Count;
            return missing;
        }
        catch (JsonException)
        {
            return [new(key, "is no manifest; counts as never written")];
        }
    }

    /// <summary>Blobs that a state needs: tasks and self-edits of a sweep, adapters of a policy, the context of every run.</summary>
    private static IEnumerable<string> Wanted(string key, byte[] bytes)
    {
        try
        {
            IEnumerable<string> blobs = key.Split('/')[1] switch
            {
                "sweep" => ArtifactGrainStorage.Parse<SweepGrainState>(key, bytes).Submission is { } sweep
                    ? sweep.Training.Concat(sweep.Evaluation).Select(task => task.Sha256).Concat(sweep.Runs.Select(run => run.Context.Arm.Edits?.Sha256).OfType<string>())
                    : [],
                "policy" => ArtifactGrainStorage.Parse<PolicyState>(key, bytes) is { Work: { } work } policy ? [work.Run.ContextSha256, work.TasksSha256, .. policy.Adapters] : [],
                "task" => ArtifactGrainStorage.Parse<TaskState>(key, bytes).Work is { } work ? [work.Run.ContextSha256] : [],
                "candidate" => ArtifactGrainStorage.Parse<CandidateState>(key, bytes).Work is { } work ? [work.Run.ContextSha256] : [],
                _ => [],
            };
            return blobs.Distinct(StringComparer.Ordinal).Select(ArtifactKey.Blob);
        }
        catch (InvalidDataException)
        {
            return []; // Whole, and of another version, which says so itself where it is read.
        }
    }

    /// <summary>Those that are not there, or damaged. What was written since the store was listed is looked at by itself: the store may be at work.</summary>
    private async Task<IReadOnlyList<ArtifactDefect>> Missing(string by, IEnumerable<string> blobs, CancellationToken cancellation)
    {
        var missing = new List<ArtifactDefect>();
        foreach (var key in blobs)
        {
            if (_blobs.Contains(key))
            {
                continue;
            }

            if (ArtifactKey.IsGood(key) && await store.ReadAsync(key, cancellation) is { } stored && key.EndsWith(ArtifactKey.Sha256(stored.Bytes), StringComparison.Ordinal))
            {
                _blobs.Add(key);
                continue;
            }

            missing.Add(new ArtifactDefect(key, $"named by {by}, and missing or damaged"));
        }

        return missing;
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
