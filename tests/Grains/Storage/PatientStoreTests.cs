using Seal.Core.Artifacts;
using Seal.Grains.Tests.Support;
using Seal.Silo.Workers;

namespace Seal.Grains.Tests.Storage;

/// <summary>A job on a cluster whose store goes away: it waits, and gives up nothing but its lease.</summary>
public sealed class PatientStoreTests
{
    private readonly DirectoryArtifactStore _disk = new(new MemoryFiles());

    [Fact]
    public async Task Write_StoreIsAwayForAWhile_IsDoneOnceWhenItIsBack()
    {
        var absences = new List<IOException>();
        var counted = new CountingStore(_disk);
        var time = new HastyTime();
        var store = new PatientStore(new AwayStore(counted, times: 5), time, absences.Add);

        await store.WriteAsync("a/b", "one"u8.ToArray(), WriteCondition.Absent, CancellationToken.None);

        Assert.Equal(5, absences.Count);
        Assert.Equal(Enumerable.Repeat(TimeSpan.FromSeconds(1), 5), time.Waits);
        Assert.Equal(("write", "a/b"), Assert.Single(counted.Calls));
    }

    [Fact]
    public async Task Read_LeaseIsLostWhileTheStoreIsAway_Ends()
    {
        using var lease = new CancellationTokenSource();
        var store = new PatientStore(new AwayStore(_disk, int.MaxValue), new HastyTime(), _ => lease.Cancel());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.ReadAsync("a/b", lease.Token));
    }

    [Fact]
    public async Task Read_LeaseIsLostAndTheStoreFails_IsToldAsItIs()
    {
        using var lease = new CancellationTokenSource();
        var store = new PatientStore(new AwayStore(_disk, int.MaxValue, lease.Cancel), new HastyTime(), away => Assert.Fail(away.Message));
        await Assert.ThrowsAsync<IOException>(() => store.ReadAsync("a/b", lease.Token));
    }

    [Fact]
    public async Task Write_SomebodyElseWasFirst_IsToldAtOnce()
    {
        await _disk.WriteAsync("a/b", "one"u8.ToArray(), WriteCondition.Absent);
        var store = new PatientStore(_disk, new HastyTime(), away => Assert.Fail(away.Message));
        await Assert.ThrowsAsync<ArtifactConflictException>(() => store.WriteAsync("a/b", "two"u8.ToArray(), WriteCondition.Absent));
    }

    /// <summary>Does not answer the first so many calls.</summary>
    private sealed class AwayStore(IArtifactStore inner, int times, Action? onCall = null) : IArtifactStore
    {
        private int _left = times;

        public Task<StoredArtifact?> ReadAsync(string key, CancellationToken cancellation = default) => Answer().ReadAsync(key, cancellation);

        public Task<string> WriteAsync(string key, ReadOnlyMemory<byte> bytes, WriteCondition condition, CancellationToken cancellation = default) =>
            Answer().WriteAsync(key, bytes, condition, cancellation);

        public Task DeleteAsync(string key, CancellationToken cancellation = default) => Answer().DeleteAsync(key, cancellation);

        public Task<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellation = default) =>
            Answer().ListAsync(prefix, cancellation);

        private IArtifactStore Answer()
        {
            onCall?.Invoke();
            return _left-- > 0 ? throw new IOException("The store does not answer.") : inner;
        }
    }
}
