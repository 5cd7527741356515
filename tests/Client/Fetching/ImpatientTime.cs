using Seal.Client.Fetching;

namespace Seal.Client.Tests.Fetching;

/// <summary>Waits between requests end at once and are written down. The guard against silent servers runs out when it is told to.</summary>
internal sealed class ImpatientTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<TimeSpan> _waits = [];
    private readonly List<Alarm> _guards = [];

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

    /// <summary>A minute without a byte has passed.</summary>
    public void RunOut()
    {
        Alarm[] guards;
        lock (_gate)
        {
            guards = [.. _guards];
        }

        Array.ForEach(guards, guard => guard.Ring());
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, callback, state);
        lock (_gate)
        {
            (dueTime == SilenceGuard.Longest ? _guards : []).Add(alarm);
        }

        if (dueTime != SilenceGuard.Longest && dueTime != Timeout.InfiniteTimeSpan)
        {
            lock (_gate)
            {
                _waits.Add(dueTime);
            }

            ThreadPool.QueueUserWorkItem(_ => alarm.Ring());
        }

        return alarm;
    }

    private sealed class Alarm(ImpatientTime time, TimerCallback callback, object? state) : ITimer
    {
        public void Ring() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
            lock (time._gate)
            {
                time._guards.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
