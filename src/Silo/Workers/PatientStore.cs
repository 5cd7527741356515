using Polly;
using Seal.Core.Artifacts;
using Seal.Silo.Outages;

namespace Seal.Silo.Workers;

/// <summary>
/// The store as a running job sees it on a cluster: while it is away, calls wait, until it is back or the job's lease is lost. What has been
/// trained is not thrown away for an outage; the lease is prolonged by heartbeats, which need no store.
/// </summary>
/// <param name="inner">The store.</param>
/// <param name="time">The clock of the waits.</param>
/// <param name="onAway">Told before every wait.</param>
internal sealed class PatientStore(IArtifactStore inner, TimeProvider time, Action<IOException> onAway) : IArtifactStore
{
    private readonly ResiliencePipeline _retry = Outage.Retry(
        time,
        failure => failure is IOException && Transience.Of(failure),
        away => onAway((IOException)away)
    );

    public async Task<StoredArtifact?> ReadAsync(string key, CancellationToken cancellation = default) =>
        await _retry.ExecuteAsync(async lease => await inner.ReadAsync(key, lease), cancellation);

    public async Task<string> WriteAsync(
        string key,
        ReadOnlyMemory<byte> bytes,
        WriteCondition condition,
        CancellationToken cancellation = default
    ) => await _retry.ExecuteAsync(async lease => await inner.WriteAsync(key, bytes, condition, lease), cancellation);

    public async Task DeleteAsync(string key, CancellationToken cancellation = default) =>
        await _retry.ExecuteAsync(async lease => await inner.DeleteAsync(key, lease), cancellation);

    public async Task<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellation = default) =>
        await _retry.ExecuteAsync(async lease => await inner.ListAsync(prefix, lease), cancellation);
}
