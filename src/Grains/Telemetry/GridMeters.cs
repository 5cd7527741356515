using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Seal.Core.Jobs;

namespace Seal.Grains.Telemetry;

/// <summary>What is counted: queue depth, age of leases, steps, device-hours. Tags are names only, never texts or paths.</summary>
public static class GridMeters
{
    private static readonly Meter Meter = new(GridSpan.Source);
    private static readonly ConcurrentDictionary<string, (int Waiting, int Taken)> Queues = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, Func<TimeSpan>> Ages = new(StringComparer.Ordinal);

    private static readonly UpDownCounter<int> DrivenCounter = Meter.CreateUpDownCounter<int>(
        "seal.grains.driven",
        "{grain}",
        "Grains that look after work under way every few seconds, and so stay in memory."
    );
    private static readonly Counter<long> StepCounter = Meter.CreateCounter<long>(
        "seal.steps",
        "{step}",
        "Optimizer steps; their rate is the grid's speed."
    );
    private static readonly Counter<double> HourCounter = Meter.CreateCounter<double>(
        "seal.device.hours",
        "h",
        "Device time of attempts by run, with what became of them."
    );
    private static readonly Counter<long> AttemptCounter = Meter.CreateCounter<long>(
        "seal.attempts",
        "{attempt}",
        "Attempts at jobs by run, with what became of them."
    );

    static GridMeters()
    {
        Meter.CreateObservableGauge(
            "seal.queue.waiting",
            () => Depths(queue => queue.Waiting),
            "{job}",
            "Jobs that wait for a slot of their numeric class."
        );
        Meter.CreateObservableGauge("seal.queue.taken", () => Depths(queue => queue.Taken), "{job}", "Jobs that a slot has taken.");
        Meter.CreateObservableGauge(
            "seal.lease.age",
            () =>
                Ages.Select(lease => new Measurement<double>(
                    lease.Value().TotalSeconds,
                    new KeyValuePair<string, object?>("seal.worker", lease.Key)
                )),
            "s",
            "For how long slots have had the job they are at."
        );
    }

    /// <summary>How long a line is now; kept by the silo that has the line's grain.</summary>
    public static void Queue(string numericClass, int waiting, int taken) => Queues[numericClass] = (waiting, taken);

    /// <summary>The line's grain is no longer here.</summary>
    public static void QueueGone(string numericClass) => Queues.TryRemove(numericClass, out _);

    /// <summary>So many grains more (or fewer) look after work under way.</summary>
    public static void Driven(int change) => DrivenCounter.Add(change);

    /// <summary>A slot has begun a job.</summary>
    public static void LeaseBegan(string worker, Func<TimeSpan> age) => Ages[worker] = age;

    public static void LeaseEnded(string worker) => Ages.TryRemove(worker, out _);

    /// <summary>Steps of training; what progress of proposing counts is something else.</summary>
    public static void Steps(JobAssignment job, int steps)
    {
        if (steps > 0 && job.Propose is null && StepCounter.Enabled)
        {
            StepCounter.Add(steps, Tag("seal.sweep", job.Run.Sweep), Tag("seal.run", job.Run.Run), Tag("seal.kind", job.Kind));
        }
    }

    /// <param name="job">What was attempted.</param>
    /// <param name="time">Device time.</param>
    /// <param name="outcome"><c>committed</c>, <c>refused</c> (the lease was another's by then), <c>returned</c> or <c>lost</c>.</param>
    public static void Attempt(JobAssignment job, TimeSpan time, string outcome)
    {
        HourCounter.Add(time.TotalHours, Tag("seal.sweep", job.Run.Sweep), Tag("seal.run", job.Run.Run), Tag("seal.outcome", outcome));
        AttemptCounter.Add(1, Tag("seal.sweep", job.Run.Sweep), Tag("seal.run", job.Run.Run), Tag("seal.outcome", outcome));
    }

    private static IEnumerable<Measurement<int>> Depths(Func<(int Waiting, int Taken), int> of) =>
        Queues.Select(queue => new Measurement<int>(of(queue.Value), Tag("seal.numeric_class", queue.Key)));

    private static KeyValuePair<string, object?> Tag(string key, object? value) => new(key, value);
}
