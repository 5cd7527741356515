using Orleans.Runtime;
using Seal.Cluster.Hosting;
using Seal.Cluster.Storage;
using Seal.Core.Artifacts;

namespace Seal.SiloHost.Health;

/// <summary>
/// What the health pages tell. <c>startup</c>: the silo has joined. <c>live</c>: the process answers and its own timer runs. <c>ready</c>: a member
/// of the cluster, not stopping, and the store answered lately and took the last write.
/// </summary>
internal sealed partial class SiloHealth(
    NotedStore store,
    MembershipRow row,
    ISiloStatusOracle members,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<SiloHealth> logger
) : BackgroundService
{
    /// <summary>Read, and while it is needed written, to see whether the store works. One for all silos.</summary>
    private const string Key = "health";

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(30);

    private long _beat = time.GetTimestamp();
    private long _stored;
    private string? _told;

    public bool Started => lifetime.ApplicationStarted.IsCancellationRequested;

    public bool Live => time.GetElapsedTime(Interlocked.Read(ref _beat)) < Late;

    /// <summary>Why the silo is not ready, on one line; null if it is.</summary>
    public string? NotReady()
    {
        var stored = Interlocked.Read(ref _stored);
        return !Started ? "not yet: it has not joined its cluster"
            : row.MissingFor is { } missing
                ? $"not ready: its row has been gone from the membership table for {Text(missing)}; it ends itself in {Text(row.Left)} unless the "
                    + $"row comes back"
            : lifetime.ApplicationStopping.IsCancellationRequested ? "not ready: it is stopping"
            : members.CurrentStatus != SiloStatus.Active ? $"not ready: it is no active member of its cluster ({members.CurrentStatus})"
            : stored == 0 ? "not yet: the store has not answered"
            : time.GetElapsedTime(stored) is var silence && silence >= Late ? $"not ready: the store has not answered for {Text(silence)}"
            : store.Problem is { } problem ? $"not ready: the last write to the store failed {Text(store.Since ?? TimeSpan.Zero)} ago: {problem}"
            : store.Since is null ? "not yet: nothing has been written to the store"
            : null;

        static string Text(TimeSpan time) => FormattableString.Invariant($"{time.TotalSeconds:0} s");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var timer = new PeriodicTimer(Period, time);
        var asking = Task.CompletedTask;
        do
        {
            Interlocked.Exchange(ref _beat, time.GetTimestamp());
            if (asking.IsCompleted)
            {
                asking = AskStore(stoppingToken);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task AskStore(CancellationToken cancellation)
    {
        try
        {
            await store.ReadAsync(Key, cancellation);
            Interlocked.Exchange(ref _stored, time.GetTimestamp());

            // A silo that is not ready gets no work and writes nothing: without this it would never hear that the store takes writes again.
            if (store.Problem is not null || store.Since is not { } since || since >= Late)
            {
                await store.WriteAsync(Key, "ok\n"u8.ToArray(), WriteCondition.Always, cancellation);
            }
        }
        catch (Exception unreachable) when (unreachable is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            // Told by the page: the last answer is too old, or the last write failed.
        }

        Tell();
    }

    private void Tell()
    {
        var problem = store.Problem;
        if (problem is not null && _told is null)
        {
            LogWritesFail(logger, problem);
        }
        else if (problem is null && _told is not null)
        {
            LogWritesAgain(logger);
        }

        _told = problem;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The store takes no writes, this silo is not ready: {Problem}")]
    private static partial void LogWritesFail(ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store takes writes again")]
    private static partial void LogWritesAgain(ILogger logger);
}
