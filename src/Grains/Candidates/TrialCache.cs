using Seal.Core.Artifacts;
using Seal.Core.Jobs;

namespace Seal.Grains.Candidates;

/// <summary>
/// Results of trials by everything they depend on (see <see cref="InnerSeeds.CacheKey"/>), shared by arms, cells and sweeps of one store. A damaged
/// entry is no entry: the trial runs again. One of another build's format is refused and stays as it is.
/// </summary>
public static class TrialCache
{
    /// <exception cref="InvalidDataException">The entry was written by a build that this one does not understand.</exception>
    public static async Task<TrialResult?> Read(IArtifactStore store, string key) =>
        await store.ReadAsync(key) is { } stored ? StoredDocument.ParseUnlessDamaged<CachedTrial>(key, stored.Bytes)?.Trial : null;

    public static Task Write(IArtifactStore store, string key, TrialResult trial) =>
        store.WriteAsync(key, StoredDocument.Format(new CachedTrial(trial)), WriteCondition.Always);
}

/// <param name="Trial">What the trial came to.</param>
[StoredDocument("trial")]
public sealed record CachedTrial(TrialResult Trial);
