using System.Text;
using System.Text.Json;
using Orleans.Runtime;
using Orleans.Storage;
using Seal.Core.Artifacts;
using Seal.Core.Json;

namespace Seal.Silo.Storage;

/// <summary>
/// Grain state as documents in the artifact store, with compare-and-set: <c>grains/&lt;state&gt;/&lt;grain key&gt;.json</c>. The first line is the
/// SHA-256 of the rest; a document that does not match is refused, never loaded.
/// </summary>
public sealed class ArtifactGrainStorage(IArtifactStore store) : IGrainStorage
{
    private const int HashLength = 64;

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

        grainState.State = Parse<T>(key, stored.Bytes);
        grainState.ETag = stored.Tag;
        grainState.RecordExists = true;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var condition = grainState.ETag is { } tag ? WriteCondition.Matches(tag) : WriteCondition.Absent;
        try
        {
            grainState.ETag = await store.WriteAsync(KeyOf(stateName, grainId), Format(grainState.State), condition);
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

    internal static byte[] Format<T>(T state)
    {
        var json = SealJson.ToBytes(state);
        return [.. Encoding.ASCII.GetBytes(ArtifactKey.Sha256(json)), (byte)'\n', .. json];
    }

    /// <summary>True if the document has the hash of its first line.</summary>
    public static bool IsWhole(byte[] bytes) => bytes.Length > HashLength && bytes[HashLength] == (byte)'\n'
        && ArtifactKey.Sha256(bytes.AsSpan(HashLength + 1)) == Encoding.ASCII.GetString(bytes, 0, HashLength);

    /// <exception cref="InvalidDataException">The document was damaged.</exception>
    public static T Parse<T>(string key, byte[] bytes)
    {
        if (IsWhole(bytes))
        {
            try
            {
                return SealJson.Parse<T>(bytes.AsSpan(HashLength + 1));
            }
            catch (JsonException malformed)
            {
                throw new InvalidDataException($"{key}: was written by another version of Seal.Orleans: {malformed.Message}", malformed);
            }
        }

        throw new InvalidDataException($"{key}: damaged (its SHA-256 does not match). Restore the store from a back-up, or start over in another --store or under another name.");
    }
}
