namespace Seal.Client.Tests.Clusters;

/// <summary>A clock that jumps to the end of every wait, and writes the waits down.</summary>
/// <param name="onWait">Called when a wait begins, which then lasts until it is cancelled; null for waits that end.</param>
internal sealed class LeapingTime(Action? onWait = null) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<TimeSpan> _waits = [];

    public IReadOnlyList<TimeSpan> Waits
    {
        get
        {
            lock (_gate)
            {
                return [.. _waits];
            }
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Waits.Sum(wait => wait.Ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate)
        {
            _waits.Add(dueTime);
        }

        onWait?.Invoke();
        return System.CreateTimer(callback, state, onWait is null ? TimeSpan.Zero : Timeout.InfiniteTimeSpan, period);
    }
}
