using Seal.Cluster.Settings;
using Seal.Core.Artifacts;

namespace Seal.Cluster.Storage;

/// <summary>The store that settings name.</summary>
public static class StoreFactory
{
    /// <exception cref="IOException">It cannot be reached.</exception>
    public static async Task<IArtifactStore> Open(StoreSettings settings, CancellationToken cancellation = default) =>
        settings.Folder is { } folder ? new DirectoryArtifactStore(folder) : await BlobArtifactStore.Open(settings.Blob, cancellation);

    /// <summary>Where it is, for people; without secrets.</summary>
    public static string Describe(StoreSettings settings) =>
        settings.Folder ?? $"{settings.Blob.Endpoint ?? "the blob account"}, container {settings.Blob.Container}";
}
