using Orleans.Runtime;
using Orleans.Storage;
using Seal.Core.Artifacts;

namespace Seal.Silo.Storage;

/// <summary>
/// Grain state as documents in the artifact store, with compare-and-set: <c>grains/&lt;state&gt;/&lt;grain key&gt;.json</c>, each a
/// <see cref="StoredDocument"/>: one that is damaged, or of a build that this one does not understand, is refused, never loaded and never written
/// over.
/// </summary>
public sealed class ArtifactGrainStorage(IArtifactStore store) : IGrainStorage
{
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var key = KeyOf(stateName, grainId);
        if (await store.ReadAsync(key) is not { } stored)
        {
            grainState.State = Activator.CreateInstance<T>();
            grainState.ETag = null;
            grainState.RecordExists = false;
            return;
        }

        grainState.State = StoredDocument.Parse<T>(key, stored.Bytes);
        grainState.ETag = stored.Tag;
        grainState.RecordExists = true;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var condition = grainState.ETag is { } tag ? WriteCondition.Matches(tag) : WriteCondition.Absent;
        try
        {
            grainState.ETag = await store.WriteAsync(KeyOf(stateName, grainId), StoredDocument.Format(grainState.State), condition);
            grainState.RecordExists = true;
        }
        catch (ArtifactConflictException conflict)
        {
            throw new InconsistentStateException(conflict.Message, conflict);
        }
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await store.DeleteAsync(KeyOf(stateName, grainId));
        grainState.State = Activator.CreateInstance<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    public static string KeyOf(string stateName, GrainId grainId) => $"grains/{stateName}/{grainId.Key}.json";
}
