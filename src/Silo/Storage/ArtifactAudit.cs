using System.Text.Json;
using Seal.Core.Artifacts;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Judges;
using Seal.Core.Runs;
using Seal.Grains.Abstractions;
using Seal.Grains.Candidates;
using Seal.Grains.Policies;
using Seal.Grains.Sweeps;
using Seal.Grains.Tasks;

namespace Seal.Silo.Storage;

/// <param name="Key">What is damaged or missing.</param>
/// <param name="Problem">In what way.</param>
public sealed record ArtifactDefect(string Key, string Problem);

/// <summary>
/// Reads a whole store and recomputes every SHA-256: content-addressed blobs against their names, grain states and cached trials against the hash
/// they carry, results against what their sweep ended with, and that what manifests, policies, sweeps and models name is there.
/// </summary>
public sealed class ArtifactAudit(IArtifactStore store)
{
    private readonly HashSet<string> _blobs = new(StringComparer.Ordinal);

    /// <summary>Links of lists that were looked at.</summary>
    private readonly HashSet<string> _walked = new(StringComparer.Ordinal);

    /// <summary>Keys that were read.</summary>
    public int Read { get; private set; }

    /// <summary>Blobs that a manifest names and that are whole.</summary>
    public int Named { get; private set; }

    public async IAsyncEnumerable<ArtifactDefect> Verify(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation = default
    )
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
        try
        {
            return await Look(key, bytes, cancellation);
        }
        catch (InvalidDataException unreadable)
        {
            return [new(key, DocumentProblem.Without(key, unreadable))];
        }
    }

    private async Task<IReadOnlyList<ArtifactDefect>> Look(string key, byte[] bytes, CancellationToken cancellation)
    {
        switch (key[..Math.Max(0, key.IndexOf('/'))])
        {
            case "blobs":
                var whole = key.EndsWith(ArtifactKey.Sha256(bytes), StringComparison.Ordinal);
                _ = whole && _blobs.Add(key);
                return whole ? [] : [new(key, "its bytes do not have the hash of its name")];
            case "grains":
                return [.. await Missing(key, Wanted(key, bytes), cancellation), .. await Lists(key, bytes, cancellation)];
            case "cache":
                return StoredDocument.ParseUnlessDamaged<CachedTrial>(key, bytes) is not null
                    ? []
                    : [new(key, "its bytes do not have the hash they carry; counts as absent, the trial runs again")];
            case JudgeVerdict.Folder:
                return StoredDocument.ParseUnlessDamaged<JudgeVerdict>(key, bytes) is not { } verdict
                        ? [new(key, "its bytes do not have the hash they carry; counts as absent, the judge is asked again")]
                    : JudgeVerdict.Key(verdict.Query) == key ? []
                    : [new(key, "is the verdict on another question; counts as absent, the judge is asked again")];
            case AdapterArchive.Folder when key.EndsWith(".json", StringComparison.Ordinal):
                return await AdapterArchive.Defect(store, key, bytes, cancellation) is { } problem ? [new(key, problem)] : [];
            case "jobs":
                return await Manifest(key, bytes, cancellation);
            case "models":
                return ModelRegistry.Chunks(key, bytes) is { } chunks
                    ? await Missing(key, chunks.Select(ArtifactKey.Blob), cancellation)
                    : [new(key, "is not where a model is; run a sweep with its model.path again")];
            case "sweeps" when key.EndsWith("/results.json", StringComparison.Ordinal):
                return await Results(key, bytes, cancellation);
            case "" when key == StoreFormat.Key:
                _ = StoredDocument.Parse<StoreFormat>(key, bytes);
                return [];
            default:
                return [];
        }
    }

    private async Task<IReadOnlyList<ArtifactDefect>> Manifest(string key, byte[] bytes, CancellationToken cancellation)
    {
        var files = StoredDocument.Parse<JobManifest>(key, bytes).Files;
        if (files.Any(file => file?.Key is null))
        {
            return [new(key, "is no manifest; counts as never written")];
        }

        var missing = await Missing(key, files.Select(file => file.Key), cancellation);
        Named += files.Count - missing.Count;
        return missing;
    }

    /// <summary>
    /// Blobs that a state needs: tasks and self-edits of a sweep, the context of every run. Reads the state whatever it needs, so that one of
    /// another build is named.
    /// </summary>
    private static IEnumerable<string> Wanted(string key, byte[] bytes)
    {
        IEnumerable<string> blobs = key.Split('/')[1] switch
        {
            "sweep" => StoredDocument.Parse<SweepGrainState>(key, bytes).Submission is { } sweep
                ? sweep.Tasks.Select(task => task.Sha256).Concat(sweep.Runs.Select(run => run.Context.Arm.Edits?.Sha256).OfType<string>())
                : [],
            "policy" => StoredDocument.Parse<PolicyState>(key, bytes) is { Work: { } work } policy
                ? [work.Run.ContextSha256, work.TasksSha256, .. policy.Update is { } pending ? [pending.TasksSha256] : Array.Empty<string>()]
                : [],
            "task" => StoredDocument.Parse<TaskState>(key, bytes).Work is { } work ? [work.Run.ContextSha256] : [],
            "candidate" => StoredDocument.Parse<CandidateState>(key, bytes).Work is { } work ? [work.Run.ContextSha256] : [],
            "sweep-events" => [], // Its list is read beside this.
            var kind => throw new InvalidDataException($"{key}: is a state of kind '{kind}', which this build does not know."),
        };
        return blobs.Distinct(StringComparer.Ordinal).Select(ArtifactKey.Blob);
    }

    /// <summary>The lists that a state names: phases and adapters of a run, events of a sweep.</summary>
    private async Task<IReadOnlyList<ArtifactDefect>> Lists(string key, byte[] bytes, CancellationToken cancellation)
    {
        switch (key.Split('/')[1])
        {
            case "policy":
                var policy = StoredDocument.Parse<PolicyState>(key, bytes);
                return
                [
                    .. await List<PhaseEntry>(key, policy.Phases, entry => [entry.TasksSha256], cancellation),
                    .. await List<string>(key, policy.Adapters, adapter => [adapter], cancellation),
                ];
            case "sweep-events":
                return await List<IReadOnlyList<SweepEvent>>(key, StoredDocument.Parse<SweepEventLog>(key, bytes).Looks, _ => [], cancellation);
            default:
                return [];
        }
    }

    private async Task<IReadOnlyList<ArtifactDefect>> List<T>(
        string by,
        ListRef list,
        Func<T, IEnumerable<string>> named,
        CancellationToken cancellation
    )
    {
        var (broken, wanted) = (new List<ArtifactDefect>(), new List<string>());
        // Lists that begin alike share their links: a fork's history and its origin's.
        for (var sha256 = list.Head; sha256 is not null && _walked.Add(sha256); )
        {
            var key = ArtifactKey.Blob(sha256);
            if (await store.ReadAsync(key, cancellation) is not { } stored || ArtifactKey.Sha256(stored.Bytes) != sha256)
            {
                broken.Add(new ArtifactDefect(key, $"named by {by}, and missing or damaged"));
                break;
            }

            try
            {
                var link = SealJson.Parse<ListLink<T>>(stored.Bytes);
                wanted.AddRange(named(link.Item));
                sha256 = link.Previous;
            }
            catch (JsonException)
            {
                broken.Add(new ArtifactDefect(key, $"named by {by}, and no link of a list"));
                break;
            }
        }

        return [.. broken, .. await Missing(by, wanted.Select(ArtifactKey.Blob), cancellation)];
    }

    /// <summary>Those that are not there, or damaged. What was written since the store was listed is looked at by itself: the store may be at
    /// work.</summary>
    private async Task<IReadOnlyList<ArtifactDefect>> Missing(string by, IEnumerable<string> blobs, CancellationToken cancellation)
    {
        var missing = new List<ArtifactDefect>();
        foreach (var key in blobs)
        {
            if (_blobs.Contains(key))
            {
                continue;
            }

            if (
                ArtifactKey.IsGood(key)
                && await store.ReadAsync(key, cancellation) is { } stored
                && key.EndsWith(ArtifactKey.Sha256(stored.Bytes), StringComparison.Ordinal)
            )
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
        if (await store.ReadAsync(stateKey, cancellation) is not { } stored || !StoredDocument.IsWhole(stored.Bytes))
        {
            return [];
        }

        // A state of another build says so itself, where the audit comes to it.
        var told = StoredDocument.HeaderOf(stored.Bytes) is { Version: StoredDocument.Version }
            ? StoredDocument.Parse<SweepGrainState>(stateKey, stored.Bytes).ReportSha256
            : null;
        return told is null || told == ArtifactKey.Sha256(bytes)
            ? []
            : [new(key, "is not what its sweep ended with; 'sweep resume' writes it again")];
    }
}
