using Seal.Core.Artifacts;

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
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);

    public Task<StoredArtifact?> ReadAsync(string key, CancellationToken cancellation = default) =>
        Insist(() => inner.ReadAsync(key, cancellation), cancellation);

    public Task<string> WriteAsync(string key, ReadOnlyMemory<byte> bytes, WriteCondition condition, CancellationToken cancellation = default) =>
        Insist(() => inner.WriteAsync(key, bytes, condition, cancellation), cancellation);

    public Task DeleteAsync(string key, CancellationToken cancellation = default) =>
        Insist(
            async () =>
            {
                await inner.DeleteAsync(key, cancellation);
                return true;
            },
            cancellation
        );

    public Task<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellation = default) =>
        Insist(() => inner.ListAsync(prefix, cancellation), cancellation);

    private async Task<T> Insist<T>(Func<Task<T>> call, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await call();
            }
            catch (IOException away) when (Transience.Of(away) && !cancellation.IsCancellationRequested)
            {
                onAway(away);
            }

            await Task.Delay(Wait, time, cancellation);
        }
    }
}
