using System.Text;
using Seal.Core.Artifacts;
using Seal.Grains.Candidates;

namespace Seal.Silo.Packs;

/// <summary>From a pack into a store.</summary>
public static class PackStore
{
    /// <summary>Writes tasks, details and the cached result of every trial.</summary>
    /// <returns>Trials written.</returns>
    public static async Task<int> Write(SweepPack pack, IArtifactStore store, CancellationToken cancellation)
    {
        foreach (var text in pack.Documents.Values.Concat(pack.Details.Values))
        {
            await Blobs.Put(store, Encoding.UTF8.GetBytes(text), cancellation);
        }

        var trials = 0;
        foreach (var trial in pack.Trials())
        {
            cancellation.ThrowIfCancellationRequested();
            await TrialCache.Write(store, trial.Key, trial.Result);
            trials++;
        }

        return trials;
    }
}
