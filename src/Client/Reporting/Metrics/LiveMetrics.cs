using Seal.Client.Sweeps;
using Seal.Core.Artifacts;
using Seal.Silo.Reading;

namespace Seal.Client.Reporting.Metrics;

/// <summary>
/// Writes the metrics of a sweep while this process runs it. It reads stored documents. Where the files cannot be written the sweep goes on, and that
/// is said once.
/// </summary>
internal sealed class LiveMetrics : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    /// <summary>Phases are small beside what grains and page keep.</summary>
    private const long CacheBytes = 8 << 20;

    private readonly StorePlace _place;
    private readonly string _sweep;
    private readonly TimeProvider _time;
    private readonly SweepMetrics _metrics;
    private readonly CancellationTokenSource _closed = new();
    private readonly Task _following;
    private bool _hasSaid;

    private LiveMetrics(string root, string sweep, TimeProvider time)
    {
        (_place, _sweep, _time) = (StorePlace.Folder(root), sweep, time);
        _metrics = new SweepMetrics(new SweepReader(_place.Store, new DocumentCache(CacheBytes)), sweep);
        _following = Task.Run(Follow);
    }

    /// <param name="root">The store.</param>
    /// <param name="sweep">The sweep's name.</param>
    /// <param name="time">The time that events carry.</param>
    public static LiveMetrics Begin(string root, string sweep, TimeProvider time) => new(root, sweep, time);

    /// <summary>The sweep has ended: the rest is written.</summary>
    public async Task End(CancellationToken cancellation)
    {
        await Close();
        await Write(onlyNews: false, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await Close();
        _closed.Dispose();
    }

    private async Task Close()
    {
        await _closed.CancelAsync();
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task Follow()
    {
        using var timer = new PeriodicTimer(Period, _time);
        while (await timer.WaitForNextTickAsync(_closed.Token))
        {
            await Write(onlyNews: true, _closed.Token);
        }
    }

    private async Task Write(bool onlyNews, CancellationToken cancellation)
    {
        try
        {
            if (await _metrics.Read(onlyNews, cancellation) is { } phases)
            {
                await MetricsFiles.Write(_place, _sweep, phases, _time.GetUtcNow(), cancellation);
            }
        }
        catch (Exception refused) when (refused is not OperationCanceledException)
        {
            // Whatever it is: metrics keep no sweep from running.
            if (!_hasSaid)
            {
                _hasSaid = true;
                Terminal.Say(
                    $"The metrics of {_sweep} are not written for now; the sweep goes on: {refused.Message}\nWrite them later with:\n  "
                        + $"{Invocation.Command(["export", "metrics", _sweep, .. _place.Words])}"
                );
            }
        }
    }
}
