using System.Diagnostics;
using Seal.Core.Artifacts;
using Seal.Pages.Live;
using Seal.Silo.Reading;

namespace Seal.Client.Sweeps;

/// <summary>
/// Reads a sweep's documents in the background, for a screen that must not wait for a store. A reading that fails leaves the last one: whoever
/// watches learns by itself that a store is away.
/// </summary>
internal sealed class BackgroundReading(StorePlace place, string sweep) : IDisposable
{
    /// <summary>Of a large sweep the readings take at most this part of the time.</summary>
    private const int RestPerReading = 9;

    private readonly SweepFeed _feed = new(sweep, new SweepReader(place.Store, new DocumentCache()), TimeProvider.System, () => true);
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private Task? _reading;
    private TimeSpan _next;
    private volatile SweepView? _last;

    /// <summary>The sweep as it was read last, or null; begins another reading where it is time. For one thread.</summary>
    public SweepView? Last
    {
        get
        {
            if (_reading is null or { IsCompleted: true } && _watch.Elapsed >= _next)
            {
                _reading = Task.Run(Read);
            }

            return _last;
        }
    }

    public void Dispose() => _feed.Dispose();

    private async Task Read()
    {
        var began = _watch.Elapsed;
        try
        {
            _last = await _feed.Now(CancellationToken.None) ?? _last;
        }
        catch (Exception unread) when (Unreadable.Is(unread) || unread is OperationCanceledException or ObjectDisposedException)
        {
            // Next time, perhaps.
        }

        var ended = _watch.Elapsed;
        _next = ended + SweepFeed.Period + ((ended - began) * RestPerReading);
    }
}
