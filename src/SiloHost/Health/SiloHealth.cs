using Orleans.Runtime;
using Seal.Core.Artifacts;

namespace Seal.SiloHost.Health;

/// <summary>
/// What the health pages tell. <c>startup</c>: the silo has joined. <c>live</c>: the process answers and its own timer runs. <c>ready</c>: a member of the
/// cluster, not stopping, and the store answered lately.
/// </summary>
internal sealed class SiloHealth(IArtifactStore store, ISiloStatusOracle members, IHostApplicationLifetime lifetime, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(30);

    private long _beat = time.GetTimestamp();
    private long _stored;

    public bool Started => lifetime.ApplicationStarted.IsCancellationRequested;

    public bool Live => time.GetElapsedTime(Interlocked.Read(ref _beat)) < Late;

    public bool Ready => Started && !lifetime.ApplicationStopping.IsCancellationRequested && members.CurrentStatus == SiloStatus.Active
        && Interlocked.Read(ref _stored) is > 0 and var stored && time.GetElapsedTime(stored) < Late;

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
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task AskStore(CancellationToken cancellation)
    {
        try
        {
            await store.ReadAsync("health", cancellation);
            Interlocked.Exchange(ref _stored, time.GetTimestamp());
        }
        catch (Exception unreachable) when (unreachable is IOException or OperationCanceledException)
        {
            // Told by the page: the last answer is too old.
        }
    }
}
