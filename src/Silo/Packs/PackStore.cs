using System.Text;
using Seal.Core.Artifacts;
using Seal.Grains.Candidates;

namespace Seal.Silo.Packs;

/// <summary>From a pack into a store.</summary>
public static class PackStore
{
    /// <summary>Writes tasks, details and the cached result of every trial.</summary>
    /// <param name="pack">From.</param>
    /// <param name="store">To.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    /// <param name="asClass">The numeric class that is to find the trials; null for the one that made them. Another class than that mixes results of
    /// two machines: only for a store that says so and is used for nothing else.</param>
    /// <returns>Trials written.</returns>
    public static async Task<int> Write(SweepPack pack, IArtifactStore store, CancellationToken cancellation, string? asClass = null)
    {
        foreach (var text in pack.Documents.Values.Concat(pack.Details.Values))
        {
            await Blobs.Put(store, Encoding.UTF8.GetBytes(text), cancellation);
        }

        var trials = 0;
        foreach (var trial in pack.Trials())
        {
            cancellation.ThrowIfCancellationRequested();
            await TrialCache.Write(store, asClass is null ? trial.Key : trial.KeyIn(asClass), trial.Result);
            trials++;
        }

        return trials;
    }
}
