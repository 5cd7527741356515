using System.Runtime.InteropServices;
using System.Text;
using Azure;
using Azure.Core;
using Azure.Identity;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Seal.Cluster.Settings;
using Seal.Core.Artifacts;

namespace Seal.Cluster.Storage;

/// <summary>
/// The store as a container: one blob per key, replaced whole, compare-and-set by ETag. A write whose acknowledgement got lost is retried by
/// the SDK and then finds its own first try in the way; every write carries an id of its own, so that this is told from a real conflict.
/// </summary>
/// <remarks>
/// A large content goes up in blocks and becomes visible with their list, under the same conditions and with the same id; it comes down in ranges.
/// So the time limit is one of a piece: a slow line takes longer and does not fail.
/// </remarks>
/// <param name="container">Where the blobs are.</param>
/// <param name="blockSize">Contents of more bytes go up and come down in pieces of so many.</param>
/// <param name="moved">Told of every piece that has moved; null for nobody.</param>
public sealed class BlobArtifactStore(BlobContainerClient container, int blockSize = BlobArtifactStore.UsualBlock, Action? moved = null)
    : IArtifactStore
{
    /// <summary>At 100 KB/s two of them at once take the SDK's usual 20 s.</summary>
    public const int UsualBlock = 1 << 20;

    private const string WriteId = "sealwrite";

    // Enough to hide a round trip, few enough that a slow line carries each of them in time.
    private const int AtOnce = 2;

    // Whoever replaces a blob drops the blocks that others have sent for it: then they are sent again. Each such try means that another writer is
    // done.
    private const int MostTries = 50;

    // Published by a newer SDK than some servers know: name the version instead of taking the newest.
    private const BlobClientOptions.ServiceVersion Version = BlobClientOptions.ServiceVersion.V2026_06_06;

    /// <summary>Opens the container that the settings name.</summary>
    /// <param name="settings">Which.</param>
    /// <param name="create">Make it if it is not there. Silos do; who only looks leaves nothing behind.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="IOException">It cannot be reached.</exception>
    public static async Task<BlobArtifactStore> Open(BlobSettings settings, bool create = true, CancellationToken cancellation = default)
    {
        var options = Options(timeout: settings.RequestTimeout);
        var service = settings.ConnectionString is { } connection
            ? new BlobServiceClient(connection, options)
            : new BlobServiceClient(new Uri(settings.Endpoint!), new DefaultAzureCredential(includeInteractiveCredentials: false), options);
        var container = service.GetBlobContainerClient(settings.Container);
        if (create)
        {
            await Guarded(container.Name, () => container.CreateIfNotExistsAsync(cancellationToken: cancellation), cancellation);
        }
        else
        {
            // Reached or not is found out now, not at the first document.
            await Guarded(container.Name, () => container.ExistsAsync(cancellation), cancellation);
        }

        return new BlobArtifactStore(container, settings.BlockSize);
    }

    /// <param name="patience">How long a call tries again; <see cref="StorePatience.Usual"/> by default.</param>
    /// <param name="time">Measures it; the machine's by default.</param>
    /// <param name="timeout">How long one request may take; 20 s by default.</param>
    public static BlobClientOptions Options(TimeSpan? patience = null, TimeProvider? time = null, TimeSpan? timeout = null) =>
        new(Version)
        {
            RetryPolicy = new StorePatience(patience ?? StorePatience.Usual, time),
            Retry = { NetworkTimeout = timeout ?? TimeSpan.FromSeconds(20) },
            Diagnostics = { IsTelemetryEnabled = false, IsLoggingContentEnabled = false },
        };

    public async Task<StoredArtifact?> ReadAsync(string key, CancellationToken cancellation = default)
    {
        ArtifactKey.Check(key);
        return await Guarded(
            key,
            async () =>
            {
                for (var attempt = 1; ; attempt++)
                {
                    try
                    {
                        return await Download(container.GetBlobClient(key), cancellation);
                    }
                    catch (RequestFailedException missing) when (missing.Status == 404)
                    {
                        return null;
                    }
                    catch (RequestFailedException replaced) when (replaced.Status == 412 && attempt < MostTries)
                    {
                        // Between two of its ranges somebody wrote a new one.
                    }
                }
            },
            cancellation
        );
    }

    public async Task<string> WriteAsync(string key, ReadOnlyMemory<byte> bytes, WriteCondition condition, CancellationToken cancellation = default)
    {
        ArtifactKey.Check(key);
        var id = Guid.NewGuid().ToString("n");
        var blob = container.GetBlockBlobClient(key);
        var conditions =
            condition.MustBeAbsent ? new BlobRequestConditions { IfNoneMatch = ETag.All }
            : condition.Tag is { } tag ? new BlobRequestConditions { IfMatch = new ETag(tag) }
            : null;
        var metadata = new Dictionary<string, string> { [WriteId] = id };
        return await Guarded(
            key,
            async () =>
            {
                for (var attempt = 1; ; attempt++)
                {
                    try
                    {
                        var written =
                            bytes.Length <= blockSize
                                ? await blob.UploadAsync(
                                    Piece(bytes),
                                    new BlobUploadOptions { Conditions = conditions, Metadata = metadata },
                                    cancellation
                                )
                                : await blob.CommitBlockListAsync(
                                    await Stage(blob, bytes, id, cancellation),
                                    new CommitBlockListOptions { Conditions = conditions, Metadata = metadata },
                                    cancellation
                                );
                        moved?.Invoke();
                        return written.Value.ETag.ToString();
                    }
                    catch (RequestFailedException refused) when (refused.Status is 409 or 412)
                    {
                        return await Ours(blob, id, cancellation)
                            ?? throw new ArtifactConflictException(
                                $"{key}: {(condition.MustBeAbsent ? "is there already" : "has changed since it was read")} ({refused.ErrorCode})."
                            );
                    }
                    catch (RequestFailedException dropped) when (dropped.ErrorCode == BlobErrorCode.InvalidBlockList && attempt < MostTries)
                    {
                        if (await Ours(blob, id, cancellation) is { } done)
                        {
                            return done;
                        }
                    }
                }
            },
            cancellation
        );
    }

    public IArtifactStore Reporting(Action moved) => new BlobArtifactStore(container, blockSize, moved);

    public Task DeleteAsync(string key, CancellationToken cancellation = default)
    {
        ArtifactKey.Check(key);
        return Guarded(
            key,
            () => container.DeleteBlobIfExistsAsync(key, DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: cancellation),
            cancellation
        );
    }

    public Task<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellation = default) =>
        Guarded<IReadOnlyList<string>>(
            prefix,
            async () =>
            {
                var keys = new List<string>();
                try
                {
                    await foreach (var blob in container.GetBlobsAsync(new GetBlobsOptions { Prefix = prefix }, cancellation))
                    {
                        keys.Add(blob.Name);
                    }
                }
                catch (RequestFailedException missing) when (missing.ErrorCode == BlobErrorCode.ContainerNotFound)
                {
                    // A store that nobody has written yet is empty.
                }

                keys.Sort(StringComparer.Ordinal);
                return keys;
            },
            cancellation
        );

    /// <summary>Sends a content in blocks, which nobody sees before they are listed. Their names hold the write's id: two writers of one key do not
    /// mix theirs.</summary>
    /// <returns>The names, in order.</returns>
    private async Task<IReadOnlyList<string>> Stage(BlockBlobClient blob, ReadOnlyMemory<byte> bytes, string id, CancellationToken cancellation)
    {
        var names = Enumerable
            .Range(0, ((bytes.Length - 1) / blockSize) + 1)
            .Select(index => Convert.ToBase64String(Encoding.ASCII.GetBytes(FormattableString.Invariant($"{id}-{index:000000}"))))
            .ToArray();
        await Parallel.ForAsync(
            0,
            names.Length,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (index, stop) =>
            {
                var start = index * blockSize;
                await blob.StageBlockAsync(
                    names[index],
                    Piece(bytes.Slice(start, Math.Min(blockSize, bytes.Length - start))),
                    cancellationToken: stop
                );
                moved?.Invoke();
            }
        );
        return names;
    }

    private async Task<StoredArtifact> Download(BlobClient blob, CancellationToken cancellation)
    {
        using var content = new MemoryStream();
        var ranges = new StorageTransferOptions
        {
            InitialTransferSize = blockSize,
            MaximumTransferSize = blockSize,
            MaximumConcurrency = AtOnce,
        };
        using var response = await blob.DownloadToAsync(
            content,
            new BlobDownloadToOptions { TransferOptions = ranges, ProgressHandler = moved is null ? null : new Moved(moved) },
            cancellation
        );
        // As the server wrote it, with its quotes: the same text that a write returns.
        return response.Headers.TryGetValue(HttpHeader.Names.ETag, out var tag)
            ? new StoredArtifact(content.ToArray(), tag)
            : throw new IOException($"{blob.Name}: the blob store's answer has no ETag");
    }

    private static MemoryStream Piece(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(bytes.ToArray(), writable: false);

    /// <summary>The blob's tag if its present content is from the write with this id; null if somebody else's.</summary>
    private static async Task<string?> Ours(BlobBaseClient blob, string id, CancellationToken cancellation)
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

    private sealed class Moved(Action moved) : IProgress<long>
    {
        public void Report(long value) => moved();
    }
}
