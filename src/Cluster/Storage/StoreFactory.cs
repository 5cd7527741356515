using Seal.Cluster.Settings;
using Seal.Core.Artifacts;

namespace Seal.Cluster.Storage;

/// <summary>The store that settings name.</summary>
public static class StoreFactory
{
    /// <summary>For silos: what is not there is made.</summary>
    /// <exception cref="IOException">It cannot be reached.</exception>
    public static Task<IArtifactStore> Open(StoreSettings settings, CancellationToken cancellation = default) =>
        Open(settings, create: true, cancellation);

    /// <summary>For clients: silos have made it, or there is nothing to see.</summary>
    /// <exception cref="IOException">It cannot be reached.</exception>
    public static Task<IArtifactStore> OpenExisting(StoreSettings settings, CancellationToken cancellation = default) =>
        Open(settings, create: false, cancellation);

    /// <summary>Where it is, for people; without secrets.</summary>
    public static string Describe(StoreSettings settings) =>
        settings.Folder ?? $"{settings.Blob.Endpoint ?? "the blob account"}, container {settings.Blob.Container}";

    private static async Task<IArtifactStore> Open(StoreSettings settings, bool create, CancellationToken cancellation) =>
        settings.Folder is { } folder ? new DirectoryArtifactStore(folder) : await BlobArtifactStore.Open(settings.Blob, create, cancellation);
}
