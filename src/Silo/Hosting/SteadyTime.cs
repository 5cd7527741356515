namespace Seal.Silo.Hosting;

/// <summary>
/// A clock that nobody can put forward or back: the time of day at its making, and from then on the time that has passed. Orleans schedules by the
/// time of day and refuses to activate grains while a clock that was put back catches up; leases of the grid are monotonic anyway.
/// </summary>
public sealed class SteadyTime(TimeProvider machine) : TimeProvider
{
    private readonly DateTimeOffset _start = machine.GetUtcNow();
    private readonly long _stamp = machine.GetTimestamp();

    public override long TimestampFrequency => machine.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => machine.LocalTimeZone;

    public override DateTimeOffset GetUtcNow() => _start + machine.GetElapsedTime(_stamp);

    public override long GetTimestamp() => machine.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        machine.CreateTimer(callback, state, dueTime, period);
}
