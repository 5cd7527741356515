using Seal.Core.Versions;

namespace Seal.Core.Artifacts;

/// <summary>
/// <c>store.json</c>: says that a store has the format of <see cref="StoredDocument.Version"/>. A store has one format from its first document on:
/// hosts claim it before they write anything, and none writes into a store of another format.
/// </summary>
/// <param name="CreatedBy">The build that wrote first.</param>
[StoredDocument("store")]
public sealed record StoreFormat(string CreatedBy)
{
    public const string Key = "store.json";

    /// <summary>Sees to it that a store may be written by this build. Call it before anything else is written.</summary>
    /// <exception cref="InvalidDataException">The store has another format; says which build it wants.</exception>
    public static async Task Claim(IArtifactStore store, CancellationToken cancellation = default)
    {
        if (await Check(store, cancellation))
        {
            return;
        }

        try
        {
            await store.WriteAsync(Key, StoredDocument.Format(new StoreFormat(SealBuild.Id)), WriteCondition.Absent, cancellation);
        }
        catch (ArtifactConflictException)
        {
            // Another silo was first: what it wrote decides.
            await Check(store, cancellation);
        }
    }

    /// <summary>Reads what format a store has; writes nothing.</summary>
    /// <returns>False for a store that has no format yet: nothing was written into it.</returns>
    /// <exception cref="InvalidDataException">The store has another format; says which build it wants.</exception>
    public static async Task<bool> Check(IArtifactStore store, CancellationToken cancellation = default)
    {
        if (await store.ReadAsync(Key, cancellation) is { } stored)
        {
            _ = StoredDocument.Parse<StoreFormat>(Key, stored.Bytes);
            return true;
        }

        // Before there were versions every sweep left its state here.
        return (await store.ListAsync("grains/sweep/", cancellation)).Count == 0
            ? false
            : throw DocumentProblem.Of(
                Key,
                $"is missing in a store that has sweeps, so a build before 0.2.0 wrote them; this build ({SealBuild.Id}) does not go on with them "
                    + $"and changes nothing there. "
                    + "Go on with the build that wrote them, or start over in another --store; 'report' and 'compare' take the results.json of what "
                    + "they finished."
            );
    }
}
