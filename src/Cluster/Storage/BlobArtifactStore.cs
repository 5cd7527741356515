using Azure;
using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Seal.Cluster.Settings;
using Seal.Core.Artifacts;

namespace Seal.Cluster.Storage;

/// <summary>
/// The store as a container: one blob per key, replaced whole, compare-and-set by ETag. A write whose acknowledgement got lost is retried by
/// the SDK and then finds its own first try in the way; every write carries an id of its own, so that this is told from a real conflict.
/// </summary>
public sealed class BlobArtifactStore(BlobContainerClient container) : IArtifactStore
{
    private const string WriteId = "sealwrite";

    // Published by a newer SDK than some servers know: name the version instead of taking the newest.
    private const BlobClientOptions.ServiceVersion Version = BlobClientOptions.ServiceVersion.V2026_06_06;

    /// <summary>Opens the container that the settings name; makes it if it is not there.</summary>
    /// <exception cref="IOException">It cannot be reached.</exception>
    public static async Task<BlobArtifactStore> Open(BlobSettings settings, CancellationToken cancellation = default)
    {
        var options = Options();
        var service = settings.ConnectionString is { } connection
            ? new BlobServiceClient(connection, options)
            : new BlobServiceClient(new Uri(settings.Endpoint!), new DefaultAzureCredential(includeInteractiveCredentials: false), options);
        var container = service.GetBlobContainerClient(settings.Container);
        await Guarded(container.Name, () => container.CreateIfNotExistsAsync(cancellationToken: cancellation), cancellation);
        return new BlobArtifactStore(container);
    }

    /// <param name="patience">How long a call tries again; <see cref="StorePatience.Usual"/> by default.</param>
    /// <param name="time">Measures it; the machine's by default.</param>
    public static BlobClientOptions Options(TimeSpan? patience = null, TimeProvider? time = null) => new(Version)
    {
        RetryPolicy = new StorePatience(patience ?? StorePatience.Usual, time),
        Retry = { NetworkTimeout = TimeSpan.FromSeconds(20) },
        Diagnostics = { IsTelemetryEnabled = false, IsLoggingContentEnabled = false },
    };

    public async Task<StoredArtifact?> ReadAsync(string key, CancellationToken cancellation = default)
    {
        ArtifactKey.Check(key);
        return await Guarded(key, async () =>
        {
            try
            {
                var found = await container.GetBlobClient(key).DownloadContentAsync(cancellation);
                return new StoredArtifact(found.Value.Content.ToArray(), found.Value.Details.ETag.ToString());
            }
            catch (RequestFailedException missing) when (missing.Status == 404)
            {
                return null;
            }
        }, cancellation);
    }

    public async Task<string> WriteAsync(string key, ReadOnlyMemory<byte> bytes, WriteCondition condition, CancellationToken cancellation = default)
    {
        ArtifactKey.Check(key);
        var id = Guid.NewGuid().ToString("n");
        var blob = container.GetBlobClient(key);
        var options = new BlobUploadOptions
        {
            Conditions = condition.MustBeAbsent ? new BlobRequestConditions { IfNoneMatch = ETag.All }
                : condition.Tag is { } tag ? new BlobRequestConditions { IfMatch = new ETag(tag) }
                : null,
            Metadata = new Dictionary<string, string> { [WriteId] = id },
        };
        return await Guarded(key, async () =>
        {
            try
            {
                var written = await blob.UploadAsync(BinaryData.FromBytes(bytes), options, cancellation);
                return written.Value.ETag.ToString();
            }
            catch (RequestFailedException refused) when (refused.Status is 409 or 412)
            {
                return await Ours(blob, id, cancellation) ?? throw new ArtifactConflictException(
                    $"{key}: {(condition.MustBeAbsent ? "is there already" : "has changed since it was read")} ({refused.ErrorCode}).");
            }
        }, cancellation);
    }

    public Task DeleteAsync(string key, CancellationToken cancellation = default)
    {
        ArtifactKey.Check(key);
        return Guarded(key, () => container.DeleteBlobIfExistsAsync(key, DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: cancellation), cancellation);
    }

    public Task<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellation = default) => Guarded<IReadOnlyList<string>>(prefix, async () =>
    {
        var keys = new List<string>();
        await foreach (var blob in container.GetBlobsAsync(new GetBlobsOptions { Prefix = prefix }, cancellation))
        {
            keys.Add(blob.Name);
        }

        keys.Sort(StringComparer.Ordinal);
        return keys;
    }, cancellation);

    /// <summary>The blob's tag if its present content is from the write with this id; null if somebody else's.</summary>
    private static async Task<string?> Ours(BlobClient blob, string id, CancellationToken cancellation)
    {
        try
        {
            var present = (await blob.GetPropertiesAsync(cancellationToken: cancellation)).Value;
            return present.Metadata.TryGetValue(WriteId, out var writer) && writer == id ? present.ETag.ToString() : null;
        }
        catch (RequestFailedException gone) when (gone.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Whatever keeps the store from answering is an <see cref="IOException"/>, as on a disk.</summary>
    private static async Task<T> Guarded<T>(string key, Func<Task<T>> call, CancellationToken cancellation)
    {
        try
        {
            return await call();
        }
        catch (RequestFailedException failed)
        {
            throw new IOException($"{key}: the blob store answered {failed.Status} {failed.ErrorCode}", failed);
        }
        catch (AggregateException failed) when (cancellation.IsCancellationRequested && failed.InnerExceptions[^1] is OperationCanceledException)
        {
            // Given up by the caller in a later try: the client library then hands over all its tries together.
            throw new OperationCanceledException($"{key}: given up", failed, cancellation);
        }
        catch (AggregateException failed)
        {
            throw new IOException($"{key}: the blob store does not answer: {failed.InnerExceptions[^1].Message}", failed);
        }
        catch (AuthenticationFailedException refused)
        {
            throw new IOException($"{key}: not signed in to the blob store: {refused.Message}", refused);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException($"{key}: the blob store did not answer in time", late);
        }
    }
}
